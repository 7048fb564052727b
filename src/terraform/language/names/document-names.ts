import { contains, type HclDocument, type HclPosition, type HclSection, moveRange } from '../../syntax/index.ts';
import { type Declaration, type Reference, sectionNames } from './section-names.ts';

const declared = new WeakMap<HclDocument, readonly Declaration[]>();

/** What a file declares, in the order of the text. */
export function declarationsIn(document: HclDocument): readonly Declaration[] {
  let all = declared.get(document);
  if (all === undefined) {
    all = document.sections.flatMap((section) => sectionNames(section.content).declarations.map((one) => placedDeclaration(one, section)));
    declared.set(document, all);
  }
  return all;
}

/**
 * The references of a file that are wanted, in the order of the text.
 * @param values whether it is a `.tfvars` file, whose attributes give values to variables
 */
export function referencesIn(document: HclDocument, values: boolean, wanted: (reference: Reference) => boolean): Reference[] {
  return document.sections.flatMap((section) => {
    const names = sectionNames(section.content);
    return (values ? names.values : names.references).filter(wanted).map((one) => placedReference(one, section));
  });
}

/** What is named at a position: a declaration by its name, or a reference. The end of a name belongs to it. */
export function nameAt(document: HclDocument, values: boolean, position: HclPosition): { readonly declaration: Declaration } | { readonly reference: Reference } | undefined {
  const section = document.sectionAt(position.line);
  if (section === undefined) return undefined;
  const names = sectionNames(section.content);
  const within = { line: position.line - section.line, character: position.character };
  const declaration = names.declarations.find(({ nameRange }) => contains(nameRange, within));
  if (declaration !== undefined && !values) return { declaration: placedDeclaration(declaration, section) };
  const reference = (values ? names.values : names.references).find(({ range }) => contains(range, within));
  return reference === undefined ? undefined : { reference: placedReference(reference, section) };
}

function placedDeclaration(declaration: Declaration, { line }: HclSection): Declaration {
  return line === 0 ? declaration : { ...declaration, nameRange: moveRange(declaration.nameRange, line), range: moveRange(declaration.range, line) };
}

function placedReference(reference: Reference, { line }: HclSection): Reference {
  return line === 0 ? reference : { ...reference, range: moveRange(reference.range, line), ...(reference.typeRange !== undefined && { typeRange: moveRange(reference.typeRange, line) }) };
}
