import { checkDeclared, type ConfigKind, type GuestConfig, optionOf, type Options, parseBoolean, parseGuestConfig, typedOptions, type TypedValue } from '../../pve/config/index.ts';
import type { ParameterValue, Route } from '../api/route.ts';
import { asText } from './parameters.ts';

/** Whether guests of that kind have such an option at all (`option_exists`), internal ones included. */
export function optionExists(kind: ConfigKind, option: string): boolean {
  return optionOf(kind, option) !== undefined;
}

/**
 * Checks a guest's options among an operation's parameters, as PVE::JSONSchema does with the properties that `json_config_properties` adds.
 * @param refused options that exist but are no parameters of this operation
 */
export function additionalOptions(kind: ConfigKind, refused: ReadonlySet<string> = new Set()): NonNullable<Route['additional']> {
  return (values) => {
    const problems: Record<string, string> = {};
    for (const [name, value] of Object.entries(values)) {
      const problem = checkParameter(kind, name, value, refused);
      if (problem !== undefined) problems[name] = problem;
    }
    return problems;
  };
}

function checkParameter(kind: ConfigKind, name: string, value: ParameterValue, refused: ReadonlySet<string>): string | undefined {
  const option = refused.has(name) ? undefined : optionOf(kind, name);
  if (option === undefined || option.internal) return 'property is not defined in schema and the schema does not allow additional properties';
  if (Array.isArray(value) && !option.format?.endsWith('list')) return `type check ('${option.type}') failed - got ARRAY`;
  return checkDeclared(option, name, asText(value));
}

/** A verified value as it goes into the configuration: booleans are `1` or `0`, however they were spelt. */
export function normalise(kind: ConfigKind, option: string, value: string): string {
  const boolean = optionOf(kind, option)?.type === 'boolean' ? parseBoolean(value) : undefined;
  return boolean === undefined ? value : boolean ? '1' : '0';
}

/** A section's options with the types `GET …/config` gives them. */
export function wireOptions(kind: ConfigKind, options: Options): Record<string, TypedValue> {
  const notes = options.get('description');
  // A container's notes are read from comments, each line with its end (PVE::LXC::Config, parse_pct_config).
  const asRead = kind === 'lxc' && notes !== undefined && notes !== '' && !notes.endsWith('\n') ? new Map([...options, ['description', `${notes}\n`]]) : options;
  return typedOptions(kind, asRead);
}

/** A configuration file's text, e.g. the one kept with a backup. What cannot be read is left out. */
export function parseConfig(kind: ConfigKind, text: string): GuestConfig {
  return parseGuestConfig(kind, text).config;
}
