import { boolean, optional } from '../../api/parameters.ts';
import type { Call, Route } from '../../api/route.ts';
import { haStatus } from '../ha.ts';
import { QEMU } from '../kind.ts';
import { guestOf } from '../lookup.ts';
import { flag, NODE_AND_VMID } from '../parameters.ts';
import { agentEnabled, vmStatus } from '../status.ts';

const { node } = NODE_AND_VMID;

/** The properties of a `vga` option; its default key is `type`. */
function vgaProperties(vga: string): Map<string, string> {
  return new Map(vga.split(',').map((part) => (part.includes('=') ? (part.split('=', 2) as [string, string]) : (['type', part] as const))));
}

function current(call: Call): Record<string, unknown> {
  const guest = guestOf(call, QEMU);
  const row = vmStatus(call.cluster, guest, call.cluster.clock.now(), true);
  row['ha'] = haStatus(call.cluster, QEMU, guest.vmid);
  const vga = guest.config.current.get('vga');
  if (vga !== undefined) {
    const properties = vgaProperties(vga);
    if (/^(?:virtio|qxl)/.test(properties.get('type') ?? '')) row['spice'] = 1;
    row['clipboard'] = properties.get('clipboard') ?? null;
  }
  if (agentEnabled(guest)) row['agent'] = 1;
  return row;
}

/** What a directory lists once the VM is known to exist. */
function index(path: string, names: readonly string[]): Route {
  return {
    method: 'GET',
    path,
    permissions: { user: 'all' },
    parameters: NODE_AND_VMID,
    run: (call) => {
      guestOf(call, QEMU);
      return names.map((subdir) => ({ subdir }));
    },
  };
}

/** The list of a node's VMs, a VM's directories and its state (PVE::API2::Qemu). */
export const statusRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/nodes/{node}/qemu',
    permissions: { user: 'all' },
    parameters: { ...(node === undefined ? {} : { node }), full: optional(boolean()) },
    run: (call) => {
      const now = call.cluster.clock.now();
      return [...call.cluster.guests.values()]
        .filter((guest) => guest.kind === 'qemu' && guest.node === call.parameters['node'] && call.may(`/vms/${guest.vmid}`, ['VM.Audit']))
        .map((guest) => vmStatus(call.cluster, guest, now, flag(call, 'full')));
    },
  },
  index('/nodes/{node}/qemu/{vmid}', [
    'config', 'cloudinit', 'pending', 'status', 'unlink', 'vncproxy', 'termproxy', 'migrate', 'resize', 'move', 'rrd', 'rrddata', 'monitor', 'agent', 'snapshot', 'spiceproxy', 'sendkey',
    'firewall', 'mtunnel', 'remote_migrate',
  ]),
  index('/nodes/{node}/qemu/{vmid}/status', ['current', 'start', 'stop', 'reset', 'shutdown', 'suspend', 'reboot']),
  { method: 'GET', path: '/nodes/{node}/qemu/{vmid}/status/current', permissions: { check: ['perm', '/vms/{vmid}', ['VM.Audit']] }, parameters: NODE_AND_VMID, run: current },
];
