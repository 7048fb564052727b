import { checkValue, parseBoolean } from './check-value.ts';
import { checkScalarFormat } from './formats/scalar-formats.ts';
import { checkPropertyString } from './property-string.ts';
import { LXC_OPTIONS } from './tables/lxc.ts';
import type { Option, OptionTable } from './tables/option.ts';
import { QEMU_OPTIONS } from './tables/qemu.ts';

/** VM or container, as in the API's paths. */
export type ConfigKind = 'qemu' | 'lxc';

const TABLES: Readonly<Record<ConfigKind, OptionTable>> = { qemu: QEMU_OPTIONS, lxc: LXC_OPTIONS };
const MEMBER = /^(.*?[^\d])(0|[1-9]\d*)$/;

/** How an option is declared: `net3` is one of `net[n]`; undefined for an option that does not exist. */
export function findOption(table: OptionTable, name: string): Option | undefined {
  if (Object.hasOwn(table, name)) return name.endsWith('[n]') ? undefined : table[name];
  const [, base = '', index = ''] = MEMBER.exec(name) ?? [];
  const family = `${base}[n]`;
  const option = Object.hasOwn(table, family) ? table[family] : undefined;
  return option !== undefined && Number(index) < (option.count ?? 0) ? option : undefined;
}

/** How an option of a guest is declared; undefined for one that does not exist. `description` is one, `digest` and `delete` are not. */
export function optionOf(kind: ConfigKind, name: string): Option | undefined {
  return findOption(TABLES[kind], name);
}

/**
 * What is wrong with a value as one of the option, in Proxmox's words (PVE::JSONSchema::check_prop); undefined when nothing is.
 * Booleans may be spelt `1`, `on`, `yes`, `true` and their opposites.
 */
export function checkDeclared(option: Option, name: string, value: string): string | undefined {
  if (/[\n\r]/.test(value) && name !== 'description') return 'property contains a line feed';
  const boolean = option.type === 'boolean' ? parseBoolean(value) : undefined;
  const problem = checkValue(option, boolean === undefined ? value : boolean ? '1' : '0');
  return problem ?? (option.properties === undefined ? undefined : checkPropertyString(option.properties, value, name));
}

/** {@link checkDeclared} by the option's name; also says when there is no such option. */
export function checkOption(kind: ConfigKind, name: string, value: string): string | undefined {
  const option = optionOf(kind, name);
  return option === undefined ? `unknown setting '${name}'` : checkDeclared(option, name, value);
}

/** An option's value as a configuration file gives it. */
export interface StoredValue {
  /** In the spelling Proxmox goes on with: `on` is `1`, `04` is `4`. Undefined when it is not of the option's type, so that nothing can be made of it. */
  readonly value: string | undefined;
  /** What Proxmox would warn of, if anything. */
  readonly problem: string | undefined;
}

/** Reads a value from a file (PVE::QemuServer::check_type): only type and format count here, not ranges and lengths. */
export function readStored(option: Option | undefined, name: string, text: string): StoredValue {
  if (option === undefined) return { value: text, problem: `unknown setting '${name}'` };
  const wrong = { value: undefined, problem: `type check ('${option.type}') failed - got '${text}'` };
  if (option.type === 'boolean') {
    const value = parseBoolean(text);
    return value === undefined ? wrong : { value: value ? '1' : '0', problem: undefined };
  }
  if (option.type === 'integer') return /^\d+$/.test(text) ? { value: text.replace(/^0+(?=\d)/, ''), problem: undefined } : wrong;
  if (option.type === 'number') return /^\d+(?:\.\d+)?$/.test(text) ? { value: text, problem: undefined } : wrong;
  const problem =
    option.properties !== undefined ? checkPropertyString(option.properties, text, name)?.replace(/^invalid format - /, '')
    : option.format !== undefined ? checkScalarFormat(option.format, text)
    : undefined;
  return { value: text, problem: problem?.trimEnd() };
}
