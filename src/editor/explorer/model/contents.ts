import type { Volume } from '../../../inventory/index.ts';

const labels: Readonly<Record<string, { readonly label: string; readonly icon: string }>> = {
  iso: { label: 'ISO images', icon: 'circle-large-outline' },
  vztmpl: { label: 'Container templates', icon: 'package' },
  backup: { label: 'Backups', icon: 'archive' },
  images: { label: 'VM disks', icon: 'save' },
  rootdir: { label: 'Container volumes', icon: 'save' },
  import: { label: 'Import', icon: 'cloud-download' },
  snippets: { label: 'Snippets', icon: 'code' },
};
const order = Object.keys(labels);

export function contentLabel(content: string): { readonly label: string; readonly icon: string } {
  return labels[content] ?? { label: content, icon: 'file' };
}

/** The volumes of each kind there is any of: what people look for first comes first; backups newest first. */
export function byContent(volumes: readonly Volume[]): readonly (readonly [content: string, volumes: readonly Volume[]])[] {
  const groups = Map.groupBy(volumes, ({ content }) => content);
  const rank = (content: string): number => (order.includes(content) ? order.indexOf(content) : order.length);
  return [...groups]
    .sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1))
    .map(([content, members]) => [content, members.toSorted((a, b) => (content === 'backup' ? (b.ctime ?? 0) - (a.ctime ?? 0) : 0) || (a.volid < b.volid ? -1 : 1))] as const);
}

/** A volume's name on its storage: `local:iso/debian.iso` is `debian.iso`. */
export function volumeName({ volid }: Volume): string {
  const path = volid.slice(volid.indexOf(':') + 1);
  return /^(iso|vztmpl|backup|snippets|import)\//.test(path) ? path.slice(path.indexOf('/') + 1) : path;
}
