import { parameterError } from '../api/errors.ts';
import { splitList } from '../api/formats.ts';
import { boolean, optional, string } from '../api/parameters.ts';
import type { Call, Permissions, Route } from '../api/route.ts';
import { ALL, index, NODE, nodeOf, text } from './parameters.ts';

interface PciDevice {
  readonly id: string;
  readonly class: string;
  readonly vendor: string;
  readonly device: string;
  readonly iommugroup: number;
  readonly vendor_name: string;
  readonly device_name: string;
  readonly subsystem_vendor: string;
  readonly subsystem_device: string;
}

type Named = readonly [id: string, name: string];
const AMD: Named = ['0x1022', 'Advanced Micro Devices, Inc. [AMD]'];
const BROADCOM: Named = ['0x14e4', 'Broadcom Inc. and subsidiaries'];
const SAMSUNG: Named = ['0x144d', 'Samsung Electronics Co Ltd'];
const ASPEED: Named = ['0x1a03', 'ASPEED Technology, Inc.'];
const NVIDIA: Named = ['0x10de', 'NVIDIA Corporation'];
const SUPERMICRO = '0x15d9';

function pci(id: string, code: string, vendor: Named, device: Named, group: number): PciDevice {
  return { id, class: code, vendor: vendor[0], device: device[0], iommugroup: group, vendor_name: vendor[1], device_name: device[1], subsystem_vendor: SUPERMICRO, subsystem_device: '0x1b95' };
}

/** What is in a simulated node: the devices that its disks and network ports are on, and a card to pass through. */
const PCI: readonly PciDevice[] = [
  pci('0000:00:00.0', '0x060000', AMD, ['0x14a4', 'Genoa/Bergamo Root Complex'], 14),
  pci('0000:00:00.2', '0x080600', AMD, ['0x149e', 'Genoa/Bergamo IOMMU'], -1),
  pci('0000:00:01.1', '0x060400', AMD, ['0x14ab', 'Genoa/Bergamo PCIe GPP Bridge'], 15),
  pci('0000:01:00.0', '0x010802', SAMSUNG, ['0xa80a', 'NVMe SSD Controller PM9A1/PM9A3/980PRO'], 16),
  pci('0000:06:00.0', '0x030000', ASPEED, ['0x2000', 'ASPEED Graphics Family'], 24),
  pci('0000:41:00.0', '0x020000', BROADCOM, ['0x16d8', 'BCM57416 NetXtreme-E Dual-Media 10G RDMA Ethernet Controller'], 32),
  pci('0000:41:00.1', '0x020000', BROADCOM, ['0x16d8', 'BCM57416 NetXtreme-E Dual-Media 10G RDMA Ethernet Controller'], 32),
  pci('0000:81:00.0', '0x030200', NVIDIA, ['0x25b6', 'GA107GL [A2 / A16]'], 41),
  pci('0000:84:00.0', '0x010601', AMD, ['0x7901', 'FCH SATA Controller [AHCI mode]'], 45),
  pci('0000:86:00.3', '0x0c0330', AMD, ['0x14c9', 'Genoa USB 3.1 xHCI controller'], 47),
];

/** Memory controllers, bridges and processors cannot be passed through: hidden unless asked for. */
const HIDDEN = '05;06;0b';

function listPci(call: Call): Partial<PciDevice>[] {
  nodeOf(call);
  const hidden = splitList(text(call, 'pci-class-blacklist') ?? HIDDEN);
  const found = PCI.filter((one) => !hidden.some((code) => one.class.startsWith(`0x${code}`)));
  if (call.parameters['verbose'] !== false) return found;
  return found.map(({ id, class: code, vendor, device, iommugroup }) => ({ id, class: code, vendor, device, iommugroup }));
}

interface UsbDevice {
  readonly busnum: number;
  readonly devnum: number;
  readonly level: number;
  readonly port: number;
  readonly class: number;
  readonly vendid: string;
  readonly prodid: string;
  readonly speed: string;
  readonly manufacturer: string;
  readonly product: string;
  readonly usbpath?: string;
}

const hub = (busnum: number, speed: string, prodid: string): UsbDevice => ({
  busnum, devnum: 1, level: 0, port: 0, class: 9, vendid: '1d6b', prodid, speed, manufacturer: 'Linux 6.17.4-1-pve xhci-hcd', product: 'xHCI Host Controller',
});

const USB: readonly UsbDevice[] = [
  hub(1, '480', '0002'),
  { busnum: 1, devnum: 2, level: 1, port: 2, class: 0, vendid: '0557', prodid: '2419', speed: '1.5', manufacturer: 'ATEN', product: 'Virtual keyboard and mouse', usbpath: '3' },
  { busnum: 1, devnum: 3, level: 1, port: 5, class: 0, vendid: '1a86', prodid: '55d4', speed: '12', manufacturer: 'ITEAD', product: 'SONOFF Zigbee 3.0 USB Dongle Plus V2', usbpath: '6' },
  hub(2, '10000', '0003'),
];

const PCI_ID = /^(?:[0-9a-fA-F]{4}:)?[0-9a-fA-F]{2}:[0-9a-fA-F]{2}\.[0-9a-fA-F]$/;
const NAME = 'pci-id-or-mapping';

/** No simulated card splits itself into mediated devices. */
function mediated(call: Call): never[] {
  const name = String(call.parameters[NAME]);
  if (!PCI_ID.test(name) && !/^[a-zA-Z][a-zA-Z0-9_-]+$/.test(name)) throw parameterError({ [NAME]: 'value does not match the regex pattern' });
  return [];
}

const ROOT = '/nodes/{node}/hardware';
const EITHER: Permissions = { check: ['perm', '/', ['Sys.Audit', 'Sys.Modify'], 'any', 1] };
const DEVICE = { [NAME]: string() };

export const hardwareRoutes: readonly Route[] = [
  index(ROOT, 'type', ['pci', 'usb']),
  {
    method: 'GET', path: `${ROOT}/pci`, permissions: EITHER, run: listPci,
    parameters: { ...NODE, 'pci-class-blacklist': optional(string({ format: 'string-list', default: HIDDEN })), verbose: optional(boolean({ default: true })) },
  },
  index(`${ROOT}/pci/{${NAME}}`, 'method', ['mdev'], ALL, DEVICE),
  { method: 'GET', path: `${ROOT}/pci/{${NAME}}/mdev`, permissions: EITHER, parameters: { ...NODE, ...DEVICE }, run: mediated },
  { method: 'GET', path: `${ROOT}/usb`, permissions: { check: ['perm', '/', ['Sys.Modify']] }, parameters: NODE, run: () => USB },
];
