import type { HclDocument, HclSectionContent } from '../../syntax/index.ts';
import { type ModuleTally, moduleTally, tallies } from '../tally/index.ts';
import { type DeclarationKind, sectionNames } from './section-names.ts';

/** What a module declares, by address: the kind of each declaration. */
export type Declared = ModuleTally<DeclarationKind>;

const inFile = tallies((content: HclSectionContent) => sectionNames(content).declarations.map(({ address, kind }) => ({ key: address, value: kind })));

/** What files of code declare. */
export function declaredIn(documents: Iterable<HclDocument>): Declared {
  return moduleTally(Array.from(documents, inFile));
}

/** Whether a file of code declares an address. */
export function declares(document: HclDocument, address: string): boolean {
  return inFile(document).values.has(address);
}
