// What is loaded when the extension is activated: its entry point and all chunks that are imported statically from there.

/**
 * @param {{ outputs: Record<string, { bytes: number, entryPoint?: string, imports: { path: string, kind: string, external?: boolean }[], inputs: Record<string, unknown> }> }} metafile esbuild's
 * @returns {{ bytes: number, outputs: string[], inputs: string[] }} paths relative to the repository's root
 */
export function activationBundle({ outputs }) {
  const entry = Object.keys(outputs).find((path) => outputs[path].entryPoint === 'src/extension.ts');
  if (entry === undefined) throw new Error('The build has no output for src/extension.ts.');
  const loaded = new Set([entry]);
  for (const path of loaded) {
    for (const { path: imported, kind, external } of outputs[path].imports) if (kind === 'import-statement' && !external) loaded.add(imported);
  }
  const all = [...loaded];
  return {
    bytes: all.reduce((sum, path) => sum + outputs[path].bytes, 0),
    outputs: all,
    inputs: [...new Set(all.flatMap((path) => Object.keys(outputs[path].inputs)))].sort(),
  };
}
