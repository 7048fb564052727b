import type { HclDocument, HclSectionContent } from '../../syntax/index.ts';
import { type ModuleTally, moduleTally, tallies } from '../tally/index.ts';
import { addressesIn, jsonIn, mayHoldInJson } from './json-files.ts';
import { type DeclarationKind, sectionNames } from './section-names.ts';

/** What a module declares, by address: the kind of each declaration. */
export type Declared = ModuleTally<DeclarationKind>;

const inFile = tallies((content: HclSectionContent) => sectionNames(content).declarations.map(({ address, kind }) => ({ key: address, value: kind })));

/** What files of code declare. */
export function declaredIn(documents: Iterable<HclDocument>): Declared {
  return moduleTally(Array.from(documents, inFile));
}

/** What a module declares, with what stands in its files of JSON: only whether it is there is known of that. */
export function withJson(declared: Declared, module: { readonly json?: ReadonlyMap<string, string> | undefined }): Declared {
  if (module.json === undefined || module.json.size === 0) return declared;
  const more = new Set(jsonIn(module).flatMap(addressesIn));
  return {
    ...declared,
    has: (address) => declared.has(address) || more.has(address) || mayHoldInJson(module, () => false),
    keys: () => new Set([...declared.keys(), ...more]),
  };
}

/** Whether a file of code declares an address. */
export function declares(document: HclDocument, address: string): boolean {
  return inFile(document).values.has(address);
}
