/** Options that only describe the guest or its place in lists; changing them cannot break it. */
const HARMLESS = new Set(['description', 'tags', 'name', 'protection', 'onboot', 'startup']);

export function isHarmless(option: string): boolean {
  return HARMLESS.has(option);
}

/** What the server adds to a property string by itself: the size of a disk, addresses of network cards. */
const ADDED = /^(?:size|hwaddr|type|macaddr)=/;

/** Whether an option's value in the configuration is what was asked for, in whatever way Proxmox writes it down. */
export function isAsWanted(option: string, wanted: string, actual: string | number | undefined): boolean {
  if (actual === undefined) return false;
  const now = String(actual);
  if (option === 'description') return now.trimEnd() === wanted.trimEnd();
  if (option === 'tags') return sameSet(now.split(/[;, ]+/).filter(Boolean), wanted.split(/[;, ]+/).filter(Boolean));
  if (now === wanted) return true;
  if (!wanted.includes(',') && !wanted.includes(':') && !now.includes(',')) return now === (wanted === 'true' ? '1' : wanted === 'false' ? '0' : wanted);
  const asked = wanted.split(',').filter((part) => !ADDED.test(part));
  const allocated = /^(?:file=|volume=)?([^:,]+):\d+(?:\.\d+)?$/.exec(asked[0] ?? '')?.[1];
  const found = now.split(',').filter((part) => !ADDED.test(part));
  if (allocated !== undefined) return (found[0] ?? '').startsWith(`${allocated}:`) && sameSet(found.slice(1), asked.slice(1));
  // A card's model stands alone in what is asked for and with its address in what is written: `virtio` and `virtio=BC:24:…`.
  const bare = (part: string): string => part.replace(/=(?:[0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}$/, '');
  return sameSet(asked.some((part) => bare(part) !== part) ? found : found.map(bare), asked);
}

function sameSet(a: readonly string[], b: readonly string[]): boolean {
  return new Set(a).symmetricDifference(new Set(b)).size === 0;
}
