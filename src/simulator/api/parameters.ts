/** How one parameter of an operation is declared; the words are JSONSchema's as PVE::JSONSchema uses them. */
export interface Parameter {
  readonly type: 'string' | 'integer' | 'number' | 'boolean' | 'array';
  readonly optional?: true;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: RegExp;
  /** Named format, e.g. `pve-vmid`, `pve-node`, `pve-configid`; checked by `formats.ts`. */
  readonly format?: string;
  /** Another parameter that must be given with this one. */
  readonly requires?: string;
  readonly default?: string | number | boolean;
}

/** Parameter name → declaration. A name ending in `[n]` declares an indexed family (`net[n]`). */
export type Parameters = Readonly<Record<string, Parameter>>;

type Extra = Partial<Omit<Parameter, 'type' | 'optional'>>;
export const string = (extra: Extra = {}): Parameter => ({ type: 'string', ...extra });
export const integer = (extra: Extra = {}): Parameter => ({ type: 'integer', ...extra });
export const number = (extra: Extra = {}): Parameter => ({ type: 'number', ...extra });
export const boolean = (extra: Extra = {}): Parameter => ({ type: 'boolean', ...extra });
export const oneOf = (...values: string[]): Parameter => ({ type: 'string', enum: values });
export const array = (extra: Extra = {}): Parameter => ({ type: 'array', ...extra });
export const optional = (parameter: Parameter): Parameter => ({ ...parameter, optional: true });
