export { emptyGuestConfig, type GuestConfig, type Options, type UnreadableText } from './options.ts';
export { type ConfigProblem, parseGuestConfig } from './parse-guest-config.ts';
export { printGuestConfig } from './print-guest-config.ts';
export { parseRawLines, printRawLines } from './raw-lines.ts';
export { decodeText, encodeText } from './escaped-text.ts';
export { checkDeclared, checkOption, type ConfigKind, findOption, optionOf, readStored, type StoredValue } from './option-check.ts';
export { typedOptions, type TypedValue, typedValue } from './typed-options.ts';
export {
  checkPropertyString,
  type FormatOrName,
  formatOf,
  parsePropertyString,
  printPropertyString,
  type PropertyPart,
  type PropertyProblem,
  type PropertyString,
} from './property-string.ts';
export { buildPropertyString, withProperty } from './property-edit.ts';
export { parseDiskSize, printDiskSize } from './disk-size.ts';
export { checkValue, parseBoolean } from './check-value.ts';
export { PROPERTY_FORMATS, type PropertyFormatName } from './formats/index.ts';
export { type Alias, isAlias, type Property, type PropertyFormat, type PropertyValue, type PropertyValues } from './formats/format.ts';
export { checkScalarFormat, isScalarFormat, type ScalarFormatName, splitList } from './formats/scalar-formats.ts';
export type { Option, OptionTable } from './tables/option.ts';
export { QEMU_OPTIONS } from './tables/qemu.ts';
export { LXC_OPTIONS } from './tables/lxc.ts';
export { DATACENTER_OPTIONS, NODE_OPTIONS } from './tables/cluster.ts';
