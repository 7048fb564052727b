import type { ConfigKind } from '../option-check.ts';
import { formatOf, parsePropertyString } from '../property-string.ts';
import { defaultKeyOf } from '../formats/format.ts';
import { type ConfigLine, type OptionLine, readConfigDocument, type Span } from './config-document.ts';
import { describeType, ownKeys, propertyOf, tableOf } from './declared.ts';
import type { LiveNames } from './live-names.ts';
import { optionNote, propertyNote } from './notes/index.ts';
import { type Candidate, valuesOf } from './values.ts';

/** One thing that may be written at a place. */
export interface Completion {
  readonly label: string;
  readonly kind: 'option' | 'property' | 'value' | 'live';
  readonly insert: string;
  /** What of the line it replaces. */
  readonly span: Span;
  readonly detail?: string;
  /** Markdown. */
  readonly documentation?: string;
  /** More is to be chosen right after it. */
  readonly goesOn: boolean;
}

/**
 * What may be written at a place of a text.
 * @param line counted from 0
 * @param character UTF-16 units from 0
 */
export async function complete(kind: ConfigKind, text: string, line: number, character: number, live: LiveNames): Promise<Completion[]> {
  const lines = readConfigDocument(kind, text);
  const current = lines[line];
  if (current === undefined || current.type === 'notes' || current.type === 'section') return [];
  const colon = current.text.indexOf(':');
  if (colon < 0 || character <= colon) return completeKey(kind, lines, current, colon);
  return current.type === 'option' && current.option !== undefined ? completeValue(lines, current, character, live) : [];
}

function completeKey(kind: ConfigKind, lines: readonly ConfigLine[], current: ConfigLine, colon: number): Completion[] {
  const used = new Set<string>();
  for (const line of lines) if (line.type === 'option' && line.section === current.section && line !== current) used.add(line.key);
  const span = { start: 0, end: colon < 0 ? current.text.length : colon };
  return Object.entries(tableOf(kind)).flatMap(([name, option]) => {
    if (option.internal === true || OFFERED_NEVER.has(name)) return [];
    const key = option.count === undefined ? name : freeMember(name, option.count, used);
    if (key === undefined || used.has(key)) return [];
    const documentation = optionNote(kind, name);
    return [{
      label: key,
      kind: 'option' as const,
      insert: colon < 0 ? `${key}: ` : key,
      span,
      detail: option.properties === undefined ? plain(describeType(option)) : 'property string',
      ...(documentation !== undefined && { documentation }),
      goesOn: colon < 0,
    }];
  });
}

/** Old names, and what only operations set. */
const OFFERED_NEVER = new Set(['cdrom', 'smp', 'bootdisk', 'migrate_speed', 'lock', 'template', 'unused[n]']);

function freeMember(family: string, count: number, used: ReadonlySet<string>): string | undefined {
  for (let index = 0; index < count; index += 1) {
    const name = family.replace('[n]', String(index));
    if (!used.has(name)) return name;
  }
  return undefined;
}

const plain = (markdown: string): string => markdown.replaceAll('`', '');

async function completeValue(lines: readonly ConfigLine[], line: OptionLine, character: number, live: LiveNames): Promise<Completion[]> {
  const siblings = lines.filter((other): other is OptionLine => other.type === 'option' && other.section === line.section);
  // Right behind the colon a blank is wanted before the value.
  const blank = line.text[line.keySpan.end + 1] === ' ' || character > line.keySpan.end + 1 ? '' : ' ';
  const context = { siblings, live, option: line.key };
  if (line.option?.properties === undefined) {
    const { option } = line;
    if (option === undefined) return [];
    const list = LISTS[option.format ?? ''];
    const span = list === undefined ? valueSpan(line, character) : itemSpan(line.text, line.keySpan.end + 1, character, list);
    return (await valuesOf(option, undefined, context)).map((candidate) => toCompletion(candidate, span, blank));
  }
  const start = Math.max(line.valueSpan.start, line.keySpan.end + 1);
  const cursor = Math.max(0, character - start);
  const format = formatOf(line.option.properties);
  const { parts } = parsePropertyString(format, line.value);
  const index = parts.findIndex((part) => cursor <= part.end);
  const part = parts[index] ?? { start: line.value.length, valueStart: line.value.length, end: line.value.length, name: undefined, value: '', key: undefined };
  const base = Math.min(start, character);
  const written = part.name === undefined ? undefined : propertyOf(format, part.name);
  if (part.name !== undefined && cursor > part.start + part.name.length) {
    if (written === undefined) return [];
    const separator = written.separator;
    const whole = { start: base + part.valueStart, end: base + part.end };
    const span = separator === undefined ? whole : itemSpan(line.text, whole.start, character, /;/, whole.end);
    return (await valuesOf(written, part.key ?? part.name, context)).map((candidate) => toCompletion(candidate, span, ''));
  }
  const given = new Set(parts.flatMap((one, at) => (at === index || one.key === undefined ? [] : aliasKeys(format.keys, one.name, one.key))));
  const span = { start: base + part.start, end: base + (part.name === undefined ? part.end : part.start + part.name.length) };
  const completions: Completion[] = [];
  const first = defaultKeyOf(format);
  const firstProperty = first === undefined ? undefined : propertyOf(format, first);
  if (index <= 0 && part.name === undefined && first !== undefined && firstProperty !== undefined && !given.has(first)) {
    completions.push(...(await valuesOf(firstProperty, first, context)).map((candidate) => toCompletion(candidate, span, blank)));
  }
  for (const [name, property] of ownKeys(format)) {
    if (given.has(name)) continue;
    const documentation = propertyNote(line.option.properties, name);
    completions.push({
      label: name,
      kind: 'property',
      insert: part.name === undefined ? `${blank}${name}=` : name,
      span,
      detail: `${plain(describeType(property))}${property.required === true ? ' (needed)' : ''}`,
      ...(documentation !== undefined && { documentation }),
      goesOn: part.name === undefined,
    });
  }
  return completions;
}

/** `virtio=…` says both `model` and `macaddr`. */
function aliasKeys(keys: ReturnType<typeof formatOf>['keys'], name: string | undefined, key: string): string[] {
  const alias = name === undefined || !Object.hasOwn(keys, name) ? undefined : keys[name];
  return alias !== undefined && 'keyAlias' in alias && alias.keyAlias !== undefined ? [key, alias.keyAlias] : [key];
}

/** How the items of lists are told apart, by format. */
const LISTS: Readonly<Record<string, RegExp>> = { 'pve-tag-list': /[;,\s]/, 'pve-hotplug-features': /[;,\s]/ };

function valueSpan(line: OptionLine, character: number): Span {
  const start = Math.min(line.valueSpan.start, character);
  return { start, end: Math.max(line.valueSpan.end, character) };
}

/** The item of a list that the cursor is in. */
function itemSpan(text: string, from: number, character: number, separator: RegExp, until = text.length): Span {
  let start = character;
  while (start > from && !separator.test(text[start - 1] ?? '')) start -= 1;
  let end = character;
  while (end < until && !separator.test(text[end] ?? '')) end += 1;
  return { start, end };
}

function toCompletion({ value, detail, live, goesOn }: Candidate, span: Span, blank: string): Completion {
  return { label: value, kind: live === true ? 'live' : 'value', insert: `${blank}${value}`, span, ...(detail !== undefined && { detail }), goesOn: goesOn === true };
}
