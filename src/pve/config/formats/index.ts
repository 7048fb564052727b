import { CLUSTER_FORMATS } from './cluster.ts';
import { CPU_FORMATS } from './cpu.ts';
import { DRIVE_FORMATS } from './drives.ts';
import type { PropertyFormat } from './format.ts';
import { LXC_FORMATS } from './lxc.ts';
import { QEMU_FORMATS } from './qemu.ts';
import { SDN_FORMATS } from './sdn.ts';
import { SERVICE_FORMATS } from './services.ts';

const FORMATS = { ...QEMU_FORMATS, ...CPU_FORMATS, ...DRIVE_FORMATS, ...LXC_FORMATS, ...CLUSTER_FORMATS, ...SERVICE_FORMATS, ...SDN_FORMATS };

/** Named as Proxmox registers it; those it declares in place are named after their option. */
export type PropertyFormatName = keyof typeof FORMATS;

/** Every property string of Proxmox VE 9.2, by name. */
export const PROPERTY_FORMATS: Readonly<Record<PropertyFormatName, PropertyFormat>> = FORMATS;
