import { dirname } from 'node:path';
import { testHclParser } from '../../../support/hcl.ts';
import type { ModuleFolder, ModuleFolders } from '../../../../src/terraform/language/index.ts';
import type { HclDocument, HclPosition, HclRange } from '../../../../src/terraform/index.ts';

/** Folders of Terraform files in memory, and the place of the `‸` that stands in one of them. */
export interface MarkedFolders {
  readonly modules: ModuleFolders;
  readonly folder: string;
  readonly file: string;
  readonly position: HclPosition;
  readonly texts: ReadonlyMap<string, string>;
}

const MARK = '‸';

/** @param files absolute path → text */
export async function markedFolders(files: Readonly<Record<string, string>>): Promise<MarkedFolders> {
  const parser = await testHclParser();
  const folders = new Map<string, ModuleFolder & { readonly files: Map<string, HclDocument> }>();
  const texts = new Map<string, string>();
  let found: Pick<MarkedFolders, 'folder' | 'file' | 'position'> | undefined;
  for (const [file, marked] of Object.entries(files)) {
    const before = marked.split(MARK)[0] ?? '';
    if (before.length < marked.length) found = { folder: dirname(file), file, position: { line: before.split('\n').length - 1, character: before.length - (before.lastIndexOf('\n') + 1) } };
    const text = marked.replace(MARK, '');
    texts.set(file, text);
    const folder = folders.get(dirname(file)) ?? { folder: dirname(file), files: new Map<string, HclDocument>() };
    folder.files.set(file, parser.parse(text));
    folders.set(dirname(file), folder);
  }
  if (found === undefined) throw new Error(`No file holds a ${MARK}.`);
  return { ...found, texts, modules: { of: (folder) => folders.get(folder), all: () => folders.values() } };
}

/** `main.tf:3 memory`: the file's path, the line as people count, and what stands there. */
export function told({ texts }: Pick<MarkedFolders, 'texts'>, file: string, { start, end }: HclRange): string {
  const line = texts.get(file)?.split('\n')[start.line] ?? '';
  return `${file}:${start.line + 1} ${line.slice(start.character, end.line === start.line ? end.character : undefined)}`;
}

/** All texts after changes that are carried out at once. */
export function after({ texts }: Pick<MarkedFolders, 'texts'>, changes: readonly { readonly file: string; readonly range: HclRange; readonly text: string }[]): Record<string, string> {
  return Object.fromEntries([...texts].map(([file, text]) => {
    const lines = text.split('\n');
    const offset = ({ line, character }: HclPosition): number => lines.slice(0, line).reduce((sum, one) => sum + one.length + 1, 0) + character;
    const own = changes.filter((change) => change.file === file).sort((a, b) => offset(b.range.start) - offset(a.range.start));
    return [file, own.reduce((result, { range, text: put }) => result.slice(0, offset(range.start)) + put + result.slice(offset(range.end)), text)];
  }));
}
