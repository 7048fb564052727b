import { type ConfigKind, optionOf } from './option-check.ts';
import type { Options } from './options.ts';
import { parseRawLines } from './raw-lines.ts';

/** A value as it stands in the API's JSON. */
export type TypedValue = string | number | [key: string, value: string][];

/**
 * The JSON value that `GET …/config` and `…/pending` have for an option's raw value. Integers and booleans are numbers (booleans 1 and
 * 0), because Proxmox converts these when it reads the file. Everything else is a string: also options of type `number` (`cpulimit`,
 * `migrate_downtime`), which it only checks, and a VM's `memory`, which is a property string. `lxc` is an array of `[key, value]`.
 */
export function typedValue(kind: ConfigKind, name: string, value: string): TypedValue {
  if (name === 'lxc' && kind === 'lxc') return parseRawLines(value);
  const type = optionOf(kind, name)?.type;
  return (type === 'integer' || type === 'boolean') && /^\d+$/.test(value) ? Number(value) : value;
}

/** A section's options as the API's JSON has them. */
export function typedOptions(kind: ConfigKind, options: Options): Record<string, TypedValue> {
  return Object.fromEntries([...options].map(([name, value]) => [name, typedValue(kind, name, value)]));
}
