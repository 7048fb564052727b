import type { Call, Route } from '../../api/route.ts';
import type { Guest } from '../../state/cluster.ts';
import { haStatus } from '../ha.ts';
import { LXC } from '../kind.ts';
import { guestOf, isRunning } from '../lookup.ts';
import { NODE_AND_VMID } from '../parameters.ts';
import { containerStatus } from '../status.ts';
import { networkProperties } from './network.ts';

const { node } = NODE_AND_VMID;
const AUDIT = { check: ['perm', '/vms/{vmid}', ['VM.Audit']] } as const;

function current(call: Call): Record<string, unknown> {
  const guest = guestOf(call, LXC);
  return { ...containerStatus(call.cluster, guest, call.cluster.clock.now()), ha: haStatus(call.cluster, LXC, guest.vmid) };
}

/** What a directory lists once the container is known to exist. */
function index(path: string, names: readonly string[]): Route {
  return {
    method: 'GET',
    path,
    permissions: { user: 'all' },
    parameters: NODE_AND_VMID,
    run: (call) => {
      guestOf(call, LXC);
      return names.map((subdir) => ({ subdir }));
    },
  };
}

interface Address {
  readonly family: 'inet' | 'inet6';
  readonly local: string;
  readonly prefix: number;
}

/** As `ip --json a` tells a network interface; `inet` and `inet6` and `hwaddr` are the older names of the same. */
function networkInterface(name: string, hardware: string, addresses: readonly Address[]): Record<string, unknown> {
  const row: Record<string, unknown> = { name };
  for (const { family, local, prefix } of addresses) row[family] = `${local}/${prefix}`;
  row['ip-addresses'] = addresses.map(({ family, local, prefix }) => ({ 'ip-address-type': family, 'ip-address': local, prefix }));
  return { ...row, 'hardware-address': hardware, hwaddr: hardware };
}

/** The address a DHCP server of the demo's networks would give: always the same for a container's card. */
const leased = (vmid: number, card: number): string => `10.20.${Math.floor(vmid / 250) % 250}.${(vmid % 250) + card + 1}`;

function addressesOf(vmid: number, card: number, properties: ReadonlyMap<string, string>): Address[] {
  const result: Address[] = [];
  const ip = properties.get('ip');
  const [local = '', prefix = ''] = (ip === 'dhcp' ? `${leased(vmid, card)}/24` : ip ?? '').split('/');
  if (prefix !== '') result.push({ family: 'inet', local, prefix: Number(prefix) });
  const [local6 = '', prefix6 = ''] = (properties.get('ip6') ?? '').split('/');
  if (prefix6 !== '') result.push({ family: 'inet6', local: local6, prefix: Number(prefix6) });
  const [a, b, c, d, e, f] = (properties.get('hwaddr') ?? '').split(':').map((byte) => parseInt(byte, 16));
  if (f !== undefined) {
    const groups = [((a ?? 0) ^ 2) * 256 + (b ?? 0), (c ?? 0) * 256 + 255, 0xfe00 + (d ?? 0), (e ?? 0) * 256 + f];
    result.push({ family: 'inet6', local: `fe80::${groups.map((group) => group.toString(16)).join(':')}`, prefix: 64 });
  }
  return result;
}

/** What a running container's network interfaces have; null while it is off. */
function interfaces(guest: Guest): Record<string, unknown>[] | null {
  if (!isRunning(guest)) return null;
  const cards = [...guest.config.current].filter(([option]) => /^net\d+$/.test(option)).sort(([a], [b]) => Number(a.slice(3)) - Number(b.slice(3)));
  return [
    networkInterface('lo', '00:00:00:00:00:00', [{ family: 'inet', local: '127.0.0.1', prefix: 8 }, { family: 'inet6', local: '::1', prefix: 128 }]),
    ...cards.map(([, value], card) => {
      const properties = networkProperties(value);
      const up = properties.get('link_down') !== '1';
      return networkInterface(properties.get('name') ?? '', (properties.get('hwaddr') ?? '').toLowerCase(), up ? addressesOf(guest.vmid, card, properties) : []);
    }),
  ];
}

/** The list of a node's containers, a container's directories, its state and its addresses (PVE::API2::LXC). */
export const statusRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/nodes/{node}/lxc',
    permissions: { user: 'all' },
    parameters: node === undefined ? {} : { node },
    run: (call) => {
      const now = call.cluster.clock.now();
      return [...call.cluster.guests.values()]
        .filter((guest) => guest.kind === 'lxc' && guest.node === call.parameters['node'] && call.may(`/vms/${guest.vmid}`, ['VM.Audit']))
        .map((guest) => containerStatus(call.cluster, guest, now));
    },
  },
  index('/nodes/{node}/lxc/{vmid}', [
    'config', 'pending', 'status', 'vncproxy', 'termproxy', 'vncwebsocket', 'spiceproxy', 'migrate', 'clone', 'rrd', 'rrddata', 'firewall', 'snapshot', 'resize', 'interfaces',
  ]),
  index('/nodes/{node}/lxc/{vmid}/status', ['current', 'start', 'stop', 'shutdown', 'reboot', 'migrate']),
  { method: 'GET', path: '/nodes/{node}/lxc/{vmid}/status/current', permissions: AUDIT, parameters: NODE_AND_VMID, run: current },
  { method: 'GET', path: '/nodes/{node}/lxc/{vmid}/interfaces', permissions: AUDIT, parameters: NODE_AND_VMID, run: (call) => interfaces(guestOf(call, LXC)) },
];
