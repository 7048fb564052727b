import { parameterError } from '../api/errors.ts';
import { boolean, integer, optional, string } from '../api/parameters.ts';
import type { Parameters } from '../api/parameters.ts';
import type { Call, ParameterValue } from '../api/route.ts';
import { isRoot } from './privileges.ts';

/** Declarations that most guest operations share. */
export const NODE_AND_VMID: Parameters = {
  node: string({ format: 'pve-node' }),
  vmid: integer({ format: 'pve-vmid', minimum: 100, maximum: 999_999_999 }),
};
export const VMID = integer({ format: 'pve-vmid', minimum: 100, maximum: 999_999_999 });
export const DIGEST = optional(string({ maxLength: 40 }));
export const SNAPNAME = string({ format: 'pve-configid', maxLength: 40 });
export const STORAGE = string({ format: 'pve-storage-id' });
export const SKIPLOCK = optional(boolean());

/** The parameter as a string, however it was declared; undefined when absent. */
export function text(call: Call, name: string): string | undefined {
  const value = call.parameters[name];
  return value === undefined ? undefined : asText(value);
}

export function asText(value: ParameterValue): string {
  if (typeof value === 'boolean') return value ? '1' : '0';
  return Array.isArray(value) ? value.join(',') : String(value);
}

export function flag(call: Call, name: string): boolean {
  const value = call.parameters[name];
  return value === true || value === 1 || value === '1';
}

/** Words of a `pve-configid-list` and the like. */
export function list(call: Call, name: string): string[] {
  return (text(call, name) ?? '').split(/[,;\s]+/).filter((word) => word !== '');
}

/** 400 unless root@pam itself uses the parameter. */
export function rootOnly(call: Call, ...names: string[]): void {
  for (const name of names) {
    const value = call.parameters[name];
    if (value !== undefined && value !== false && !isRoot(call)) throw parameterError({ [name]: 'Only root may use this option.' });
  }
}

/** All parameters but those named, as strings: the guest's options among a call's parameters. */
export function optionsOf(call: Call, others: ReadonlySet<string>): Map<string, string> {
  const result = new Map<string, string>();
  for (const [name, value] of Object.entries(call.parameters)) {
    if (value !== undefined && !others.has(name)) result.set(name, asText(value));
  }
  return result;
}
