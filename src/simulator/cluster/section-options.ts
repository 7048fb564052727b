import type { Options } from '../../pve/config/index.ts';
import type { Parameters } from '../api/parameters.ts';
import type { ParameterValue } from '../api/route.ts';

/** A parameter's value as a line of a section-config file has it. */
function sectionValue(value: NonNullable<ParameterValue>): string {
  if (typeof value === 'boolean') return value ? '1' : '0';
  return Array.isArray(value) ? value.join(' ') : String(value);
}

/** The parameters that are a section's options, as the file has them. @param declared the options there are */
export function sectionOptions(parameters: Readonly<Record<string, ParameterValue>>, declared: Parameters): Options {
  const result: Options = new Map();
  for (const name of Object.keys(declared)) {
    const value = parameters[name];
    if (value !== undefined) result.set(name, sectionValue(value));
  }
  return result;
}

/** A section as the API gives it: numbers and flags as numbers, as PVE::SectionConfig reads them. */
export function sectionFields(options: Options, declared: Parameters): Record<string, unknown> {
  return Object.fromEntries([...options].map(([name, value]) => [name, fieldOf(value, declared[name]?.type)]));
}

function fieldOf(value: string, type: Parameters[string]['type'] | undefined): unknown {
  if (type === 'boolean') return value === '' || /^(?:1|on|yes|true)$/i.test(value) ? 1 : 0;
  if (type === 'integer' || type === 'number') return Number(value);
  return type === 'array' ? value.split(' ') : value;
}
