import { nodeText } from '../completion/index.ts';
import { bytesText, type ClusterFacts, type GuestFacts, type Meaning, partText, type StorageFacts } from '../facts/index.ts';

/** What the cluster knows of the thing that a value names, as Markdown; undefined where it knows nothing. */
export function liveText(meaning: Meaning, value: string | number, node: string | undefined, cluster: ClusterFacts): string | undefined {
  switch (meaning.kind) {
    case 'node': {
      const found = cluster.nodes.get(String(value));
      if (found === undefined) return undefined;
      const guests = [...cluster.guests.values()].filter((guest) => guest.node === value);
      return lines([`**Node ${plain(String(value))}** — ${found.online ? 'online' : 'offline'}`, ...(found.online ? [nodeText(found)] : []), `${counted(guests.length)}, ${String(guests.filter(({ status }) => status === 'running').length)} running`]);
    }
    case 'storage':
    case 'volume':
      return storageText(String(value).split(':')[0] ?? '', node, cluster.storages);
    case 'own-vmid':
    case 'guest':
    case 'clone-source':
      return guestText(cluster.guests.get(Number(value)));
    case 'file': {
      const [storage = ''] = String(value).split(':');
      const file = cluster.files(storage)?.find(({ id }) => id === value);
      return file === undefined ? storageText(storage, node, cluster.storages) : lines([`**${plain(file.id)}** — ${file.content}${file.bytes === undefined ? '' : `, ${bytesText(file.bytes)}`}`]);
    }
    case 'bridge': {
      const on = [...cluster.nodes].filter(([, { bridges }]) => bridges?.some(({ name }) => name === value) === true).map(([name]) => name);
      const vlans = [...new Set([...cluster.nodes].filter(([name]) => node === undefined || name === node).flatMap(([, { bridges }]) => bridges?.find(({ name }) => name === value)?.vlans ?? []))];
      return on.length === 0 ? undefined : lines([`**Bridge ${plain(String(value))}** — on ${on.map(plain).join(', ')}`, ...(vlans.length === 0 ? [] : [`VLANs: ${vlans.join(', ')}`])]);
    }
    case 'pool': {
      if (cluster.pools?.has(String(value)) !== true) return undefined;
      const guests = [...cluster.guests.values()].filter(({ pool }) => pool === value);
      return lines([`**Pool ${plain(String(value))}** — ${counted(guests.length)}`]);
    }
    default:
      return undefined;
  }
}

function guestText(guest: GuestFacts | undefined): string | undefined {
  if (guest === undefined) return undefined;
  const { vmid, name, kind, template, node, status, cores, memoryBytes, pool } = guest;
  const has = [...(cores === undefined ? [] : [`${String(cores)} cores`]), ...(memoryBytes === undefined ? [] : [`${bytesText(memoryBytes)} memory`]), ...(pool === undefined ? [] : [`pool ${plain(pool)}`])];
  return lines([`**${String(vmid)} ${plain(name)}** — ${template ? 'template' : kind === 'qemu' ? 'VM' : 'container'} on ${plain(node)}, ${status}`, ...(has.length === 0 ? [] : [has.join(', ')])]);
}

function storageText(name: string, node: string | undefined, storages: readonly StorageFacts[]): string | undefined {
  const named = storages.filter((storage) => storage.name === name);
  const [first] = named;
  if (first === undefined) return undefined;
  // Of a storage that nodes share there is one; of a local one, each node has its own.
  const looked = first.shared ? [first] : named.filter((storage) => node === undefined || storage.node === node);
  return lines([
    `**Storage ${plain(name)}** — ${first.shared ? 'shared' : 'local'}, on ${named.map((storage) => plain(storage.node)).join(', ')}`,
    `Content: ${[...first.content].join(', ')}`,
    ...looked.filter(({ freeBytes }) => freeBytes !== undefined).map((storage) => `${first.shared ? '' : `${plain(storage.node)}: `}${storage.totalBytes === undefined ? bytesText(storage.freeBytes ?? 0) : partText(storage.freeBytes ?? 0, storage.totalBytes)} free`),
  ]);
}

const counted = (guests: number): string => `${String(guests)} guest${guests === 1 ? '' : 's'}`;
/** Names of the cluster's are no markup. */
export const plain = (text: string): string => text.replaceAll(/[\\`*_{}[\]()#+!|<>~&]/g, '\\$&');
const lines = (all: readonly string[]): string => all.join('\n\n');
