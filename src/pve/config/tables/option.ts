import { flag, integer, number, oneOf, type Property, text } from '../formats/format.ts';
import type { PropertyFormatName } from '../formats/index.ts';

/** How one option of a configuration file is declared. */
export interface Option extends Omit<Property, 'required' | 'defaultKey' | 'requires' | 'separator'> {
  /** The value is a property string of that format. */
  readonly properties?: PropertyFormatName;
  /** An indexed family (`net[n]`): the number of its members, counted from 0. */
  readonly count?: number;
  /** Kept by Proxmox itself in the file; not a parameter of the API. */
  readonly internal?: true;
}

/** By name; families end in `[n]`. */
export type OptionTable = Readonly<Record<string, Option>>;

export { flag, integer, number, oneOf, text };
export const properties = (format: PropertyFormatName, extra: Partial<Option> = {}): Option => ({ type: 'string', properties: format, ...extra });
export const family = (count: number, option: Option): Option => ({ ...option, count });
export const internal = (option: Option): Option => ({ ...option, internal: true });

/** VNC keyboard layouts (PVE::Tools::kvmkeymaplist). */
export const KEYBOARDS = [
  'de', 'de-ch', 'da', 'en-gb', 'en-us', 'es', 'fi', 'fr', 'fr-be', 'fr-ca', 'fr-ch', 'hu', 'is', 'it', 'ja', 'lt', 'mk', 'nl', 'no', 'pl', 'pt',
  'pt-br', 'sv', 'sl', 'tr',
];
