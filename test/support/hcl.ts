import { join } from 'node:path';
import { type HclParser, loadHclParser } from '../../src/terraform/syntax/index.ts';

const modules = join(import.meta.dirname, '../../node_modules');

/** The parser with the wasm files of the installed packages. */
export const testHclParser = (): Promise<HclParser> =>
  loadHclParser({
    treeSitterWasm: join(modules, 'web-tree-sitter/web-tree-sitter.wasm'),
    grammarWasm: join(modules, '@tree-sitter-grammars/tree-sitter-hcl/tree-sitter-terraform.wasm'),
  });
