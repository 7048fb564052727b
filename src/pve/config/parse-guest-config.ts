import { decodeText } from './escaped-text.ts';
import { trim, trimEnd } from './lines.ts';
import { type ConfigKind, optionOf, readStored } from './option-check.ts';
import { emptyGuestConfig, type GuestConfig, type Options, type UnreadableText } from './options.ts';
import { printRawLines } from './raw-lines.ts';
import { sectionHeader } from './print-guest-config.ts';
import { checkRawKey } from './tables/lxc-raw.ts';

/** Something in a configuration file that Proxmox would warn of. */
export interface ConfigProblem {
  /** Counted from 1. */
  readonly line: number;
  /** In Proxmox's words. */
  readonly message: string;
  /** The line is neither option nor comment nor section: this is hardly a configuration file at all. */
  readonly syntax?: true;
}

interface Section {
  readonly role: 'current' | 'pending' | 'special' | 'snapshot';
  readonly header: string;
  readonly options: Options;
  readonly firstLine: number;
  notes: string | undefined;
  readonly raw: [key: string, value: string][];
  readonly lines: Map<string, { readonly number: number; readonly text: string }>;
}

const HEADER = /^\[([^\]]*)\][ \t\r\f\v]*$/;
const OPTION: Readonly<Record<ConfigKind, RegExp>> = { qemu: /^([a-z][a-z_-]*\d*):/, lxc: /^([a-z][a-z_]*\d*):/ };
const RAW = /^(lxc\.[a-z0-9_\-.]+)(?::|[ \t]*=)/;
const SNAPSHOT_STATE = /^snapstate:[ \t]*(prepare|delete)[ \t\r]*$/;

/**
 * Reads a guest's configuration file (man qm.conf(5), pct.conf(5); PVE::QemuServer::parse_vm_config, PVE::LXC::Config::parse_pct_config).
 * Never throws. What Proxmox would warn of and pass over is told with its line. Values of known type that are not of that type and lines
 * that are no options go to `unreadable`; options that do not exist or have a faulty property string stay among the options.
 */
export function parseGuestConfig(kind: ConfigKind, text: string): { config: GuestConfig; problems: ConfigProblem[] } {
  return new Reader(kind).read(text);
}

/** Reads one file; goes from line to line with the section it is in. */
class Reader {
  readonly #kind: ConfigKind;
  readonly #config = emptyGuestConfig();
  readonly #problems: ConfigProblem[] = [];
  readonly #unreadable: (UnreadableText & { readonly line: number })[] = [];
  #fleecing: Options | undefined;
  /** Undefined inside a section that Proxmox does not know. */
  #section: Section | undefined;
  #unknown: { readonly line: number; readonly lines: string[] } = { line: 0, lines: [] };
  /** The line each section starts in. */
  readonly #headers = new Map<string, number>();
  #text: string[] = [];

  constructor(kind: ConfigKind) {
    this.#kind = kind;
    this.#section = this.#newSection('current', '', this.#config.current, 0);
  }

  read(text: string): { config: GuestConfig; problems: ConfigProblem[] } {
    this.#text = text.split('\n');
    this.#text.forEach((line, index) => {
      if (trimEnd(line) !== '') this.#line(line, index + 1);
    });
    this.#endSection();
    const config: GuestConfig = {
      ...this.#config,
      ...(this.#fleecing === undefined ? {} : { fleecing: this.#fleecing }),
      ...(this.#unreadable.length === 0 ? {} : { unreadable: this.#unreadable.sort((a, b) => a.line - b.line).map(({ section, text }) => ({ section, text })) }),
    };
    return { config, problems: this.#problems.sort((a, b) => a.line - b.line) };
  }

  #newSection(role: Section['role'], header: string, options: Options, firstLine: number): Section {
    return { role, header, options, firstLine, notes: undefined, raw: [], lines: new Map() };
  }

  #line(line: string, number: number): void {
    const header = HEADER.exec(line)?.[1];
    if (header !== undefined) {
      this.#endSection();
      this.#startSection(header, trimEnd(line), number);
    } else if (this.#section === undefined) this.#unknown.lines.push(line);
    else if (line.startsWith('#')) this.#section.notes = `${this.#section.notes ?? ''}${decodeText(line.slice(1))}\n`;
    else this.#option(this.#section, line, number);
  }

  #startSection(name: string, line: string, number: number): void {
    const section = this.#sectionNamed(name, number);
    this.#section = section;
    if (section === undefined) {
      this.#unknown = { line: number, lines: [line] };
      this.#problems.push({ line: number, message: `skipping unknown section: '${name}'` });
      return;
    }
    const earlier = this.#headers.get(section.header);
    if (earlier !== undefined) this.#dropEarlier(section, earlier, number);
    this.#headers.set(section.header, number);
  }

  #sectionNamed(name: string, number: number): Section | undefined {
    const lower = name.toLowerCase();
    const pending = this.#kind === 'qemu' ? 'pending' : 'pve:pending';
    if (lower === pending) return this.#newSection('pending', sectionHeader(this.#kind, 'pending'), this.#config.pending, number);
    if (this.#kind === 'qemu' && lower === 'special:cloudinit') return this.#newSection('special', '[special:cloudinit]', this.#config.cloudinit, number);
    if (this.#kind === 'qemu' && lower === 'special:fleecing') return this.#newSection('special', '[special:fleecing]', (this.#fleecing ??= new Map<string, string>()), number);
    if (!/^[a-z][a-z0-9_-]+$/i.test(name)) return undefined;
    const options = this.#config.snapshots.get(name) ?? new Map<string, string>();
    this.#config.snapshots.set(name, options);
    return this.#newSection('snapshot', `[${name}]`, options, number);
  }

  /** The later of two sections with one name counts; the earlier one becomes text that is kept in front of it. */
  #dropEarlier(section: Section, earlier: number, number: number): void {
    this.#problems.push({ line: number, message: `duplicate section: ${section.header} (the one in line ${earlier} is passed over)` });
    const rest = this.#text.slice(earlier, number - 1);
    const end = rest.findIndex((line) => HEADER.test(line));
    const lines = (end < 0 ? rest : rest.slice(0, end)).filter((line) => trimEnd(line) !== '');
    const kept = this.#unreadable.filter((one) => one.section !== section.header);
    this.#unreadable.splice(0, Infinity, ...kept);
    if (lines.length > 0) this.#unreadable.push({ line: earlier, section: undefined, text: [section.header, ...lines].join('\n') });
    section.options.clear();
  }

  #endSection(): void {
    const section = this.#section;
    if (section === undefined) {
      this.#unreadable.push({ line: this.#unknown.line, section: undefined, text: this.#unknown.lines.join('\n') });
      return;
    }
    if (section.notes !== undefined) {
      // A VM's notes end with their last visible character, a container's with a line feed (so do Proxmox's own answers).
      const trimmed = trimEnd(section.notes);
      const notes = this.#kind === 'qemu' || trimmed === '' ? trimmed : section.notes;
      // Empty notes say something only where they are to replace others.
      if (notes !== '' || (this.#kind === 'qemu' && section.role === 'pending')) section.options.set('description', notes);
    }
    if (section.raw.length > 0) section.options.set('lxc', printRawLines(section.raw));
  }

  #option(section: Section, line: string, number: number): void {
    const raw = this.#kind === 'lxc' ? RAW.exec(line) : null;
    if (raw !== null) return this.#rawLine(section, raw[1] ?? '', trim(line.slice(raw[0].length)), number);
    const name = OPTION[this.#kind].exec(line)?.[1];
    if (name === undefined) return this.#setAside(section, line, { line: number, message: `unable to parse config: ${trimEnd(line)}`, syntax: true });
    const value = trim(line.slice(name.length + 1));
    if (name === 'description') section.notes = (section.notes ?? '') + decodeText(value);
    else if (name === 'delete') {
      if (section.role === 'pending') this.#set(section, name, value, line, number);
      else this.#setAside(section, line, { line: number, message: `property 'delete' is only allowed in ${sectionHeader(this.#kind, 'pending')}` });
    } else if (section.role === 'snapshot' && SNAPSHOT_STATE.test(line)) this.#set(section, name, value, line, number);
    // A VM's file may say `boot:  `, which Proxmox writes for a VM that boots from nothing and reads as one space.
    else if (value === '' && this.#kind === 'qemu' && name === 'boot' && line.length > 'boot:'.length) this.#set(section, name, ' ', line, number);
    else if (value === '') this.#setAside(section, line, { line: number, message: `unable to parse value of '${name}' - no value` });
    else this.#checked(section, name, value, line, number);
  }

  #checked(section: Section, name: string, text: string, line: string, number: number): void {
    if (section.role === 'special') return this.#set(section, name, text, line, number);
    const option = optionOf(this.#kind, name);
    const { value, problem } = readStored(option, name, text);
    const told = problem === undefined ? undefined : { line: number, message: `unable to parse value of '${name}' - ${problem}` };
    if (value === undefined) {
      if (told !== undefined) this.#setAside(section, line, told);
      return;
    }
    if (told !== undefined) this.#problems.push(told);
    // `cdrom` is an old name of `ide2`; quotes around a VM's free text are no part of it.
    const unquoted = this.#kind === 'qemu' && name !== 'args' && option?.type === 'string' && option.format === undefined && option.properties === undefined
      ? /^"(.*)"$/s.exec(value)?.[1] ?? value
      : value;
    this.#set(section, this.#kind === 'qemu' && name === 'cdrom' ? 'ide2' : name, unquoted, line, number);
  }

  #rawLine(section: Section, key: string, value: string, number: number): void {
    if (key === 'lxc.environment.runtime') {
      const earlier = section.options.get('env');
      section.options.set('env', earlier === undefined ? value : `${earlier}\0${value}`);
      return;
    }
    const message = checkRawKey(key);
    if (message !== undefined) this.#problems.push({ line: number, message });
    section.raw.push([key, value]);
  }

  /** Of two lines for one option the later counts. */
  #set(section: Section, name: string, value: string, line: string, number: number): void {
    const earlier = section.lines.get(name);
    if (earlier !== undefined) {
      const message = `'${name}' stands there already in line ${earlier.number}; the later line counts`;
      this.#setAside(section, earlier.text, { line: number, message }, earlier.number);
    }
    section.lines.set(name, { number, text: line });
    section.options.set(name, value);
  }

  #setAside(section: Section, line: string, problem: ConfigProblem, number = problem.line): void {
    this.#unreadable.push({ line: number, section: section.header, text: trimEnd(line) });
    this.#problems.push(problem);
  }
}
