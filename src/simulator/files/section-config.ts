import { decodeText, encodeText, type Options } from '../../pve/config/index.ts';

/**
 * One section of a section-config file (PVE::SectionConfig): `<type>: <id>` followed by indented `<key> <value>` lines.
 * A key without a value (`sparse`, `disable`) has the value `''`; of a repeated key the first counts.
 */
export interface Section {
  readonly type: string;
  readonly id: string;
  /** In file order. */
  readonly options: Options;
}

/** What sets one section-config file apart from another. */
export interface SectionRules {
  /** The types there are; undefined where plugins may bring more. */
  readonly types?: readonly string[];
  /** What is wrong with a section's id, in Proxmox's words. */
  readonly checkId: (id: string) => string | undefined;
  /** Comments stand escaped in the file and are decoded here. */
  readonly escapedComments: boolean;
}

export interface LineProblem {
  /** Counted from 1. */
  readonly line: number;
  readonly message: string;
}

const SECTION = /^(\S+):[ \t]*(\S+)\s*$/;
const PROPERTY = /^\s+(\S+)/;

/** Reads a section-config file (PVE::SectionConfig::parse_config). Comments are passed over, faulty sections and lines are told and left out. */
export function parseSections(text: string, rules: SectionRules): { sections: Section[]; problems: LineProblem[] } {
  const sections = new Map<string, Section>();
  const problems: LineProblem[] = [];
  /** `'none'` between sections; undefined inside one that is left out. */
  let current: Section | undefined | 'none' = 'none';
  text.split('\n').forEach((line, index) => {
    const tell = (message: string): void => void problems.push({ line: index + 1, message });
    if (/^\s*#/.test(line)) return;
    if (line.trim() === '') {
      current = 'none';
      return;
    }
    const [, name = '', id = ''] = SECTION.exec(line) ?? [];
    if (id !== '') {
      if (current !== 'none') tell(`no empty line before section '${id}'`);
      current = startSection(name.toLowerCase(), id, rules, tell);
      if (current === undefined) return;
      if (sections.delete(id)) tell(`section '${id}' stands there already; the later one counts`);
      sections.set(id, current);
      return;
    }
    const key = PROPERTY.exec(line)?.[1];
    if (current === 'none' || (key === undefined && current !== undefined)) tell(`${current === 'none' ? '' : `(section '${current?.id ?? ''}') - `}ignore config line: ${line.trimEnd()}`);
    else if (current !== undefined && key !== undefined) {
      const value = line.trim().slice(key.length).trim();
      if (current.options.has(key)) tell(`(section '${current.id}') - unable to parse value of '${key}': duplicate attribute`);
      else current.options.set(key, key === 'comment' && rules.escapedComments ? decodeText(value) : value);
    }
  });
  return { sections: [...sections.values()], problems };
}

function startSection(type: string, id: string, rules: SectionRules, tell: (message: string) => void): Section | undefined {
  const wrong = rules.types?.includes(type) === false ? `unsupported type '${type}'` : rules.checkId(id);
  if (wrong === undefined) return { type, id, options: new Map() };
  tell(`(skip section '${id}'): ${wrong}`);
  return undefined;
}

/**
 * Writes a section-config file: the sections and their options in the order given, an empty line after each.
 * @throws RangeError for a value with a line feed, which would become another line
 */
export function printSections(sections: readonly Section[], rules: SectionRules): string {
  let file = '';
  for (const { type, id, options } of sections) {
    file += `${type}: ${id}\n`;
    for (const [key, value] of options) {
      const text = key === 'comment' && rules.escapedComments ? encodeText(value) : value;
      if (/[\n\r]/.test(text)) throw new RangeError(`section '${id}': property '${key}' contains a line feed`);
      file += text === '' ? `\t${key}\n` : `\t${key} ${text}\n`;
    }
    file += '\n';
  }
  return file;
}
