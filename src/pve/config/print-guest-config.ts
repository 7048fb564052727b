import { encodeText } from './escaped-text.ts';
import type { ConfigKind } from './option-check.ts';
import type { GuestConfig, Options } from './options.ts';
import { parseRawLines } from './raw-lines.ts';

/** The header line of a section of the file: of the pending changes, or of a snapshot by its name. */
export function sectionHeader(kind: ConfigKind, section: 'pending' | { readonly snapshot: string }): string {
  if (section !== 'pending') return `[${section.snapshot}]`;
  return kind === 'qemu' ? '[PENDING]' : '[pve:pending]';
}

/**
 * Writes a guest's configuration file as Proxmox does (PVE::QemuServer::write_vm_config, PVE::LXC::Config::write_pct_config): the notes
 * as comments, then the options by name; then the pending changes, the special sections and the snapshots by name. Unreadable lines
 * stand in front of their section's options, unreadable sections after the options in force.
 * @throws RangeError for a value with a line feed, which would become other lines
 */
export function printGuestConfig(kind: ConfigKind, config: GuestConfig): string {
  const kept = config.unreadable ?? [];
  const body = (options: Options, header: string): string =>
    printSection(kind, options, kept.filter(({ section }) => section === header).map(({ text }) => text), header);
  let file = body(config.current, '');
  const add = (options: Options, header: string): void => {
    file += `\n${header}\n${body(options, header)}`;
  };
  // An empty section is written only where an earlier one of its name would otherwise take its place.
  const addUnlessEmpty = (options: Options, header: string): void => {
    if (options.size > 0 || kept.some(({ section, text }) => section === header || (section === undefined && text.startsWith(header)))) add(options, header);
  };
  for (const { section, text } of kept) {
    if (section === undefined) file += `\n${text}\n`;
  }
  addUnlessEmpty(config.pending, sectionHeader(kind, 'pending'));
  if (kind === 'qemu') {
    addUnlessEmpty(config.cloudinit, '[special:cloudinit]');
    addUnlessEmpty(config.fleecing ?? new Map<string, string>(), '[special:fleecing]');
  }
  for (const [name, options] of [...config.snapshots].sort(([a], [b]) => (a < b ? -1 : 1))) add(options, sectionHeader(kind, { snapshot: name }));
  return file;
}

function printSection(kind: ConfigKind, options: Options, kept: readonly string[], header: string): string {
  const lines = printNotes(options.get('description'), kind === 'qemu' && header === '[PENDING]');
  lines.push(...kept);
  for (const name of [...options.keys()].sort()) {
    if (name === 'description' || (kind === 'lxc' && (name === 'lxc' || name === 'env'))) continue;
    lines.push(`${name}: ${options.get(name) ?? ''}`);
  }
  if (kind === 'lxc') {
    for (const variable of (options.get('env') ?? '').split(/\0+/)) {
      if (variable !== '') lines.push(`lxc.environment.runtime: ${variable}`);
    }
    for (const [key, value] of parseRawLines(options.get('lxc') ?? '')) lines.push(`${key}: ${value}`);
  }
  const broken = lines.find((line) => !kept.includes(line) && line.includes('\n'));
  if (broken !== undefined) throw new RangeError(`detected invalid newline inside property '${broken.slice(0, broken.indexOf(':'))}'`);
  return lines.map((line) => `${line}\n`).join('');
}

function printNotes(notes: string | undefined, keepEmpty: boolean): string[] {
  if (notes === undefined || notes === '') return notes === '' && keepEmpty ? ['#'] : [];
  const lines = notes.split('\n');
  while (lines.at(-1) === '') lines.pop();
  return lines.map((line) => `#${encodeText(line)}`);
}
