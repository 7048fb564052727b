import type { Row } from '../../inventory/index.ts';

/** What is wrong with an answer; undefined when nothing is. The rules are Proxmox VE's own, which it would refuse by later. */
export type Check = (text: string) => string | undefined;

/** `pve-configid`, at most 40 characters (PVE/AbstractConfig, snapname); `current` is how the guest is now. */
export const snapshotName = (taken: readonly string[]): Check => (text) => {
  if (text === '') return 'A name is needed.';
  if (!/^[a-z][a-z0-9_-]+$/i.test(text)) return 'A name begins with a letter and goes on with letters, digits, - and _; it has two characters or more.';
  if (text.length > 40) return 'A name has 40 characters at most.';
  if (text === 'current') return '“current” is how the guest is now.';
  return taken.includes(text) ? `There is a snapshot “${text}” already.` : undefined;
};

/** `snap-2026-11-21`, made unique. */
export function proposedSnapshotName(taken: readonly string[], now: Date): string {
  const pad = (value: number): string => String(value).padStart(2, '0');
  const base = `snap-${now.getFullYear()}-${pad(now.getMonth() + 1)}-${pad(now.getDate())}`;
  for (let count = 1; ; count++) {
    const name = count === 1 ? base : `${base}-${count}`;
    if (!taken.includes(name)) return name;
  }
}

export const newVmid = (rows: ReadonlyMap<string, Row>): Check => (text) => {
  const vmid = Number(text);
  if (!/^\d+$/.test(text) || vmid < 100 || vmid > 999_999_999) return 'A VMID is a number from 100 to 999999999.';
  return rows.has(`qemu/${vmid}`) || rows.has(`lxc/${vmid}`) ? `VMID ${vmid} is taken.` : undefined;
};

/** `dns-name`: labels of letters, digits and hyphens, divided by dots. */
export const guestName: Check = (text) =>
  /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/i.test(text) && text.length <= 255 ? undefined : 'A name is made of letters, digits and hyphens, as in web-01 or web-01.example.org.';

/** `40G` or `+10G`. */
export const diskSize: Check = (text) => (/^\+?\d+(\.\d+)?[KMGT]$/i.test(text) ? undefined : 'A size is a number with K, M, G or T, as in 40G; with + in front it is added: +10G.');

const TAG = /^[a-z0-9_][a-z0-9_\-+.]*$/i;

export const tagList: Check = (text) => {
  const wrong = tagsOf(text).find((tag) => !TAG.test(tag));
  return wrong === undefined ? undefined : `“${wrong}” is no tag: tags are made of letters, digits, _ - + and .`;
};

/** Tags in their order, each once. */
export function tagsOf(text: string): readonly string[] {
  return [...new Set(text.split(/[\s,;]+/).filter(Boolean))];
}

export const webAddress: Check = (text) => (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol) ? undefined : 'An address begins with https:// or http://.');

/** The last part of an address's path. */
export function fileNameIn(address: string): string {
  const path = URL.canParse(address) ? new URL(address).pathname : '';
  const name = path.slice(path.lastIndexOf('/') + 1);
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

const EXTENSIONS: Readonly<Record<string, RegExp>> = {
  iso: /\.(iso|img)$/i,
  vztmpl: /\.tar\.(gz|xz|zst|bz2)$/i,
  import: /\.(ova|qcow2|raw|vmdk)$/i,
};

/** Which content a file is, by its name and what the storage takes; undefined when none of it. */
export function contentOf(fileName: string, taken: readonly string[]): string | undefined {
  return Object.keys(EXTENSIONS).find((content) => taken.includes(content) && EXTENSIONS[content]?.test(fileName));
}

/** Why a file of that name cannot be that content. */
export const fileNameFor = (content: string): Check => (text) => {
  if (text === '' || /[/\\]/.test(text)) return 'A file name without folders is needed.';
  return EXTENSIONS[content]?.test(text) === false ? `The name ends with ${{ iso: '.iso or .img', vztmpl: '.tar.gz, .tar.xz, .tar.zst or .tar.bz2', import: '.ova, .qcow2, .raw or .vmdk' }[content] ?? ''}.` : undefined;
};

const ALGORITHMS: Readonly<Record<number, string>> = { 32: 'md5', 40: 'sha1', 56: 'sha224', 64: 'sha256', 96: 'sha384', 128: 'sha512' };

/** The algorithm that gives checksums of this length; undefined when none does. */
export function checksumAlgorithm(checksum: string): string | undefined {
  return /^[0-9a-f]+$/i.test(checksum) ? ALGORITHMS[checksum.length] : undefined;
}

export const checksumText: Check = (text) => (text === '' || checksumAlgorithm(text) !== undefined ? undefined : 'This is no MD5 or SHA checksum in hexadecimal digits.');
