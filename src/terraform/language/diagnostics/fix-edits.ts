import { isValuesFile, type ModuleFolder, referencesIn } from '../names/index.ts';
import type { FileEdit, Fix } from '../module.ts';

/** All that a fix of a finding in one of a module's files changes, in that and in the others. */
export function fixEdits({ files }: ModuleFolder, file: string, { edits, retyped }: Fix): FileEdit[] {
  const own = edits.map((edit) => ({ ...edit, file }));
  if (retyped === undefined) return own;
  const references = [...files].flatMap(([name, document]) => (isValuesFile(name) ? [] : referencesIn(document, false, ({ address, past, through }) => address === retyped.address && !past && through === undefined).map((reference) => ({ name, reference }))));
  return [...own, ...references.flatMap(({ name, reference: { typeRange } }) => (typeRange === undefined ? [] : [{ file: name, range: typeRange, text: retyped.type }]))];
}
