import { parseBoolean } from '../../pve/config/index.ts';
import { parameterError } from './errors.ts';
import { checkFormat } from './formats.ts';
import type { Parameter } from './parameters.ts';
import type { ParameterValue, Route } from './route.ts';

/** Parameters as they come out of the query, a form or a JSON body; repeated ones are arrays. */
export type RawParameters = Readonly<Record<string, string | readonly string[]>>;

const INTEGER = /^[+-]?\d+$/;
const NUMBER = /^[+-]?(?:\d+\.\d+|\d+\.|\.\d+|\d+)(?:[eE][+-]?\d+)?$/;

type Checked = { readonly value: ParameterValue } | { readonly problem: string };

function checkType(parameter: Parameter, text: string): Checked {
  const wrong = { problem: `type check ('${parameter.type}') failed - got '${text}'` };
  if (parameter.type === 'boolean') {
    const value = parseBoolean(text);
    return value === undefined ? wrong : { value };
  }
  if (parameter.type === 'integer') return INTEGER.test(text) ? { value: Number(text) } : wrong;
  if (parameter.type === 'number') return NUMBER.test(text) ? { value: Number(text) } : wrong;
  return { value: text };
}

function checkRules(parameter: Parameter, text: string): string | undefined {
  if (parameter.format !== undefined) {
    const problem = checkFormat(parameter.format, text);
    if (problem !== undefined) return `invalid format - ${problem}\n`;
  }
  if (parameter.pattern?.test(text) === false) return 'value does not match the regex pattern';
  if (parameter.type === 'string') {
    const length = [...text].length;
    if (parameter.maxLength !== undefined && length > parameter.maxLength) return `value may only be ${parameter.maxLength} characters long`;
    if (parameter.minLength !== undefined && length < parameter.minLength) return `value must be at least ${parameter.minLength} characters long`;
  }
  if (parameter.maximum !== undefined && Number(text) > parameter.maximum) return `value must have a maximum value of ${parameter.maximum}`;
  if (parameter.minimum !== undefined && Number(text) < parameter.minimum) return `value must have a minimum value of ${parameter.minimum}`;
  if (parameter.enum !== undefined && !parameter.enum.includes(text)) return `value '${text}' does not have a value in the enumeration '${parameter.enum.join(', ')}'`;
  return undefined;
}

function checkOne(parameter: Parameter, raw: string | readonly string[]): Checked {
  if (parameter.type === 'array') {
    const items = typeof raw === 'string' ? [raw] : raw;
    const item: Parameter = { ...parameter, type: 'string' };
    for (const text of items) {
      const problem = checkRules(item, text);
      if (problem !== undefined) return { problem };
    }
    return { value: items };
  }
  // A list may be sent as one text or as a repeated parameter.
  const text = typeof raw === 'string' ? raw : parameter.format?.endsWith('list') ? raw.join(',') : undefined;
  if (text === undefined) return { problem: `type check ('${parameter.type}') failed - got ARRAY` };
  const typed = checkType(parameter, text);
  if ('problem' in typed) return typed;
  const problem = parameter.type === 'boolean' ? undefined : checkRules(parameter, text);
  return problem === undefined ? typed : { problem };
}

const FAMILY = /^(.*?)(\d+)$/;

function declarationOf(route: Route, name: string): Parameter | undefined {
  if (Object.hasOwn(route.parameters, name)) return route.parameters[name];
  const family = FAMILY.exec(name)?.[1];
  return family === undefined ? undefined : route.parameters[`${family}[n]`];
}

/**
 * Checks an operation's parameters as PVE::JSONSchema::validate does and converts them: integers and numbers to numbers, booleans to
 * booleans, arrays to arrays of strings. All problems are told at once.
 * @param raw path variables and parameters together
 * @throws ApiError 400 `Parameter verification failed.`
 */
export function verify(route: Route, raw: RawParameters): Readonly<Record<string, ParameterValue>> {
  const values: Record<string, ParameterValue> = {};
  const errors: Record<string, string> = {};
  const undeclared: Record<string, ParameterValue> = {};
  for (const [name, parameter] of Object.entries(route.parameters)) {
    if (!parameter.optional && !Object.hasOwn(raw, name) && !name.endsWith('[n]')) errors[name] = 'property is missing and it is not optional';
    const { requires } = parameter;
    if (requires !== undefined && Object.hasOwn(raw, name) && !Object.hasOwn(raw, requires)) errors[requires] = `missing property - '${name}' requires this property`;
  }
  for (const [name, value] of Object.entries(raw)) {
    const parameter = declarationOf(route, name);
    if (parameter === undefined) {
      undeclared[name] = value;
      continue;
    }
    const checked = checkOne(parameter, value);
    if ('problem' in checked) errors[name] = checked.problem;
    else values[name] = checked.value;
  }
  if (route.additional === undefined) {
    for (const name of Object.keys(undeclared)) errors[name] = 'property is not defined in schema and the schema does not allow additional properties';
  } else {
    Object.assign(errors, route.additional(undeclared));
    Object.assign(values, undeclared);
  }
  if (Object.keys(errors).length > 0) throw parameterError(errors);
  return values;
}
