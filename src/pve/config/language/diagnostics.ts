import { checkDeclared, type ConfigKind } from '../option-check.ts';
import { formatOf, type PropertyProblem } from '../property-string.ts';
import { closest } from './closest.ts';
import { type ConfigLine, type OptionLine, propertiesOf, readConfigDocument } from './config-document.ts';
import { describeType, propertyOf, tableOf } from './declared.ts';
import type { ConfigDiagnostic, KnownNames, Severity } from './diagnostic.ts';
import { checkTogether } from './rules.ts';

export type { ConfigDiagnostic, KnownNames, Severity } from './diagnostic.ts';

export interface DiagnoseOptions {
  /** The text is one guest's configuration as the API takes it: sections have no place in it. A copy of the file may have them. */
  readonly sections: 'refused' | 'allowed';
  readonly known?: KnownNames;
}

const OUTDATED: Readonly<Record<ConfigKind, Readonly<Record<string, string>>>> = {
  qemu: {
    bootdisk: 'Outdated: say `boot: order=…` with the devices to boot from.',
    smp: 'Outdated: say `sockets` and `cores`.',
    cdrom: 'Outdated: another name of `ide2`.',
    migrate_speed: 'Outdated: set a bandwidth limit on the datacenter or the storage.',
  },
  lxc: {},
};

/** Everything wrong or doubtful in the text, by place. */
export function diagnose(kind: ConfigKind, text: string, options: DiagnoseOptions): ConfigDiagnostic[] {
  const lines = readConfigDocument(kind, text);
  const found: ConfigDiagnostic[] = [];
  const earlier = new Map<string, number>();
  const withOptions = new Set<string>();
  for (const line of lines) {
    found.push(...diagnoseLine(kind, line, options));
    const section = line.section ?? '';
    if (line.type === 'option' && line.key !== 'description') {
      withOptions.add(section);
      const id = `${section.toLowerCase()}\0${line.key}`;
      const before = earlier.get(id);
      if (before !== undefined) {
        found.push(report(line, line.keySpan, 'warning', 'duplicate', `\`${line.key}\` stands in line ${before + 1} already; only this later line counts.`));
      }
      earlier.set(id, line.line);
    } else if (line.type === 'notes' && withOptions.has(section)) {
      found.push(report(line, whole(line), 'information', 'notes-below', 'Proxmox VE writes the notes above the options: this line will move there.'));
    }
  }
  for (const name of new Set(lines.map(({ section }) => section))) {
    const own = lines.filter((line): line is OptionLine => line.type === 'option' && line.section === name);
    if (name === undefined || !/^(?:pve:)?pending$|^special:/i.test(name)) found.push(...checkTogether(kind, own, options.known ?? {}));
  }
  // Findings are shown as plain text.
  return found.map((finding) => ({ ...finding, message: finding.message.replaceAll('`', "'") })).sort((a, b) => a.line - b.line || a.start - b.start || a.end - b.end);
}

function report(line: Pick<ConfigLine, 'line'>, { start, end }: { start: number; end: number }, severity: Severity, code: string, message: string, replacement?: string): ConfigDiagnostic {
  return { line: line.line, start, end, severity, code, message, ...(replacement !== undefined && { replacement }) };
}

const whole = (line: ConfigLine): { start: number; end: number } => ({ start: 0, end: Math.max(1, line.text.trimEnd().length) });

function diagnoseLine(kind: ConfigKind, line: ConfigLine, { sections }: DiagnoseOptions): ConfigDiagnostic[] {
  if (line.type === 'unreadable') return [report(line, whole(line), 'error', 'syntax', 'Neither `option: value` nor a `#` line of the notes.')];
  if (line.type === 'section') {
    if (sections === 'refused') return [report(line, whole(line), 'error', 'section', sectionMessage(line.role))];
    return line.role === 'unknown' ? [report(line, whole(line), 'warning', 'unknown-section', `Proxmox VE knows no section \`${line.name}\` and passes it over.`)] : [];
  }
  return line.type === 'option' ? diagnoseOption(kind, line) : [];
}

function sectionMessage(role: string): string {
  if (role === 'pending') return 'Pending changes are not edited as text: set the option itself, or revert the pending change.';
  if (role === 'snapshot') return 'Snapshots are not made or changed by editing the configuration.';
  return 'The configuration of a guest has no such section here.';
}

function diagnoseOption(kind: ConfigKind, line: OptionLine): ConfigDiagnostic[] {
  const { key, option, value, keySpan, valueSpan } = line;
  if (key === 'delete' && /^(?:pve:)?pending$/i.test(line.section ?? '')) return [];
  if (key === 'snapstate' && line.section !== undefined) return [];
  if (option === undefined) {
    const members = Object.entries(tableOf(kind)).map(([name, { count }]) => (count === undefined ? name : name.replace('[n]', memberNumber(key, count))));
    const meant = closest(key, members);
    return [report(line, keySpan, 'error', 'unknown-option', `There is no option \`${key}\`.${meant === undefined ? '' : ` Is \`${meant}\` meant?`}`, meant)];
  }
  const outdated = OUTDATED[kind][key];
  const hints = outdated === undefined ? [] : [{ ...report(line, keySpan, 'hint', 'outdated', outdated), deprecated: true as const }];
  // A VM that boots from nothing has `boot:` with only a space.
  if (value === '') return key === 'boot' && kind === 'qemu' ? hints : [...hints, report(line, keySpan, 'error', 'no-value', `\`${key}\` has no value. Remove the line to go back to the default.`)];
  const properties = propertiesOf(line);
  if (properties === undefined) {
    const problem = checkDeclared(option, key, value);
    if (problem === undefined || key === 'description') return hints;
    const meant = option.enum === undefined ? undefined : closest(value, option.enum);
    return [...hints, report(line, valueSpan, 'error', 'value', misfit(key, value, describeType(option)), meant)];
  }
  return [...hints, ...properties.problems.map((problem) => diagnoseProperty(line, problem))];
}

/** The number a misspelt member of a family has, so that `nte1` is compared with `net1`. */
function memberNumber(key: string, count: number): string {
  const index = Number(/\d+$/.exec(key)?.[0] ?? '0');
  return String(Math.min(index, count - 1));
}

function diagnoseProperty(line: OptionLine, problem: PropertyProblem): ConfigDiagnostic {
  const format = formatOf(line.option?.properties ?? { keys: {} });
  const base = line.valueSpan.start;
  const place = { start: base + problem.start, end: base + Math.max(problem.end, problem.start + 1) };
  const part = line.value.slice(problem.start, problem.end);
  const equals = part.indexOf('=');
  if (problem.kind === 'syntax' && problem.key !== undefined && propertyOf(format, problem.key) === undefined) {
    const meant = closest(problem.key, Object.keys(format.keys));
    const name = { start: place.start, end: equals < 0 ? place.end : place.start + equals };
    return report(line, name, 'error', 'unknown-property', `\`${line.key}\` has no \`${problem.key}\`.${meant === undefined ? '' : ` Is \`${meant}\` meant?`}`, meant);
  }
  const property = problem.key === undefined ? undefined : propertyOf(format, problem.key);
  if (problem.kind !== 'value' || property === undefined) return report(line, place, 'error', problem.kind === 'syntax' ? 'syntax' : 'rule', `\`${line.key}\`: ${problem.message.trim()}`);
  if (/missing/.test(problem.message)) return report(line, place, 'error', 'missing-property', `\`${line.key}\` needs \`${problem.key}\`.`);
  const meant = property.enum === undefined ? undefined : closest(part, property.enum);
  const alone = line.value.slice(0, problem.start).split(',').at(-1) === '';
  return report(line, place, 'error', 'value', misfit(alone ? line.key : (problem.key ?? ''), part, describeType(property)), meant);
}

/** The declaration says more to a person than the check that failed. */
function misfit(name: string, value: string, expected: string): string {
  return `\`${value}\` does not fit \`${name}\`. Expected: ${expected}.`;
}
