import { type ConfigKind, optionOf } from '../option-check.ts';
import { parsePropertyString, type PropertyString } from '../property-string.ts';
import type { Option } from '../tables/option.ts';

/** Offsets in a line; UTF-16 units from 0, `end` is the first one that is no part of it. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A place in a text: the line counts from 0. */
export interface LineSpan extends Span {
  readonly line: number;
}

interface AnyLine {
  /** Counted from 0. */
  readonly line: number;
  readonly text: string;
  /** The name in the header above it; undefined for the options in force. */
  readonly section: string | undefined;
}

/** `key: value` */
export interface OptionLine extends AnyLine {
  readonly type: 'option';
  readonly key: string;
  readonly keySpan: Span;
  /** Without white space at its ends. */
  readonly value: string;
  readonly valueSpan: Span;
  /** How it is declared; undefined for an option that does not exist. */
  readonly option: Option | undefined;
}

/** `lxc.*: value`, a setting that goes to LXC as it is. */
export interface RawLine extends AnyLine {
  readonly type: 'raw';
  readonly key: string;
  readonly keySpan: Span;
}

export interface OtherLine extends AnyLine {
  readonly type: 'blank' | 'notes' | 'unreadable';
}

/** `[name]` */
export interface SectionLine extends AnyLine {
  readonly type: 'section';
  readonly name: string;
  readonly role: 'pending' | 'special' | 'snapshot' | 'unknown';
}

export type ConfigLine = OptionLine | RawLine | OtherLine | SectionLine;

const SECTION = /^\[([^\]]*)\]\s*$/;
const KEY: Readonly<Record<ConfigKind, RegExp>> = { qemu: /^([a-z][a-z_-]*\d*)(:)/, lxc: /^([a-z][a-z_]*\d*)(:)/ };
const RAW = /^(lxc\.[a-z0-9_\-.]+)(:|[ \t]*=)/;

/** A guest's configuration file line by line, with the place of everything. Never throws. */
export function readConfigDocument(kind: ConfigKind, text: string): ConfigLine[] {
  let section: string | undefined;
  return text.split(/\r?\n/).map((line, number) => {
    const header = SECTION.exec(line)?.[1];
    if (header !== undefined) {
      section = header;
      return { type: 'section', line: number, text: line, section, name: header, role: roleOf(kind, header) };
    }
    return readLine(kind, line, number, section);
  });
}

function roleOf(kind: ConfigKind, name: string): SectionLine['role'] {
  const lower = name.toLowerCase();
  if (lower === (kind === 'qemu' ? 'pending' : 'pve:pending')) return 'pending';
  if (kind === 'qemu' && /^special:(?:cloudinit|fleecing)$/.test(lower)) return 'special';
  return /^[a-z][a-z0-9_-]+$/.test(lower) ? 'snapshot' : 'unknown';
}

function readLine(kind: ConfigKind, text: string, line: number, section: string | undefined): ConfigLine {
  if (text.trim() === '') return { type: 'blank', line, text, section };
  if (text.startsWith('#')) return { type: 'notes', line, text, section };
  const raw = kind === 'lxc' ? RAW.exec(text) : null;
  if (raw !== null) return { type: 'raw', line, text, section, key: raw[1] ?? '', keySpan: { start: 0, end: raw[1]?.length ?? 0 } };
  const key = KEY[kind].exec(text)?.[1];
  if (key === undefined) return { type: 'unreadable', line, text, section };
  const rest = text.slice(key.length + 1);
  const start = key.length + 1 + (rest.length - rest.trimStart().length);
  const value = rest.trim();
  return {
    type: 'option',
    line,
    text,
    section,
    key,
    keySpan: { start: 0, end: key.length },
    value,
    valueSpan: { start, end: start + value.length },
    option: optionOf(kind, key),
  };
}

/** The value taken apart, when it is a property string; offsets count from the start of the value. */
export function propertiesOf(line: OptionLine): PropertyString | undefined {
  return line.option?.properties === undefined ? undefined : parsePropertyString(line.option.properties, line.value);
}
