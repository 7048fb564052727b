import type { ConfigKind } from '../option-check.ts';
import { formatOf, type PropertyPart } from '../property-string.ts';
import { type OptionLine, propertiesOf, readConfigDocument, type Span } from './config-document.ts';
import { keptByProxmox } from './config-changes.ts';
import { describeType, familyOf, ownKeys, propertyOf } from './declared.ts';
import { optionNote, propertyNote } from './notes/index.ts';

/** What is told about a place. */
export interface ConfigHover {
  readonly span: Span;
  /** Markdown. */
  readonly text: string;
}

/**
 * What the option or key at a place is: what it does, what may stand there, its default.
 * @param line counted from 0
 * @param character UTF-16 units from 0
 */
export function hover(kind: ConfigKind, text: string, line: number, character: number): ConfigHover | undefined {
  const at = readConfigDocument(kind, text)[line];
  if (at?.type !== 'option' || at.option === undefined) return undefined;
  if (character <= at.keySpan.end) return { span: at.keySpan, text: aboutOption(kind, at) };
  const parts = propertiesOf(at)?.parts ?? [];
  const offset = character - at.valueSpan.start;
  const part = parts.find(({ start, end }) => offset >= start && offset <= end);
  if (part?.key === undefined) return undefined;
  return { span: { start: at.valueSpan.start + part.start, end: at.valueSpan.start + part.end }, text: aboutProperty(at, part) };
}

const paragraphs = (...texts: readonly (string | undefined)[]): string => texts.filter((text) => text !== undefined && text !== '').join('\n\n');
const standard = (value: string | number | undefined): string => (value === undefined ? '' : ` Default: \`${value}\`.`);

function aboutOption(kind: ConfigKind, { key, option }: OptionLine): string {
  if (option === undefined) return '';
  const type = option.properties === undefined ? `${capital(describeType(option))}.${standard(option.default)}` : keysOf(option.properties);
  return paragraphs(`**${key}**`, optionNote(kind, familyOf(kind, key)), type, keptByProxmox(kind, key));
}

function keysOf(format: Parameters<typeof propertyNote>[0]): string {
  const keys = ownKeys(formatOf(format));
  const lines = keys.map(([name, property]) => `- \`${name}\`${property.required === true ? ' (needed)' : ''}: ${describeType(property)}${property.default === undefined ? '' : `, default \`${property.default}\``}`);
  const few = lines.slice(0, 14);
  return [...few, ...(few.length < lines.length ? [`- and: ${keys.slice(14).map(([name]) => `\`${name}\``).join(', ')}`] : [])].join('\n');
}

function aboutProperty({ key, option }: OptionLine, part: PropertyPart): string {
  if (option?.properties === undefined || part.key === undefined) return '';
  const property = propertyOf(formatOf(option.properties), part.key);
  if (property === undefined) return '';
  return paragraphs(`**${key}** · **${part.key}**`, propertyNote(option.properties, part.key), `${capital(describeType(property))}.${standard(property.default)}`);
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
