import type { HclAttribute, HclBlock, HclBody, HclDocument, HclRange } from '../../syntax/index.ts';
import { type DeclarationKind, declarationsIn, declarationsOf, type LocatedDeclaration, type ModuleFolders } from '../names/index.ts';

/** An entry of a file's outline. */
export interface OutlineSymbol {
  /** As other code calls it, where it can: `proxmox_virtual_environment_vm.web`, `var.memory`; otherwise as it is written: `provider "proxmox"`. */
  readonly name: string;
  readonly detail: string;
  readonly kind: DeclarationKind | 'block' | 'attribute';
  readonly range: HclRange;
  /** Within `range`: what is selected when somebody goes there. */
  readonly selection: HclRange;
  readonly children: readonly OutlineSymbol[];
}

/** A file's outline. */
export function outline(document: HclDocument): OutlineSymbol[] {
  const key = ({ start }: HclRange): string => `${start.line}:${start.character}`;
  const declared = new Map(declarationsIn(document).map((declaration) => [key(declaration.range), declaration]));
  const called = (symbol: OutlineSymbol, detail: string): OutlineSymbol => {
    const declaration = declared.get(key(symbol.range));
    return declaration === undefined ? symbol : { ...symbol, name: declaration.address, kind: declaration.kind, detail };
  };
  return inOrder([
    ...document.attributes.map(ofAttribute),
    ...document.blocks.map((block) => {
      const symbol = called(ofBlock(block), block.type);
      return block.type === 'locals' ? { ...symbol, children: symbol.children.map((child) => called(child, child.detail)) } : symbol;
    }),
  ]);
}

function ofBlock(block: HclBlock): OutlineSymbol {
  const { type, labels, range, headRange, body } = block;
  return { name: [type, ...labels.map((label) => `"${label}"`)].join(' '), detail: '', kind: 'block', range, selection: headRange, children: ofBody(body) };
}

function ofBody({ attributes, blocks }: HclBody): OutlineSymbol[] {
  return inOrder([...attributes.map(ofAttribute), ...blocks.map(ofBlock)]);
}

function ofAttribute({ name, nameRange, range, value }: HclAttribute): OutlineSymbol {
  const detail = value.kind === 'string' || value.kind === 'number' || value.kind === 'bool' ? String(value.value) : '';
  return { name, detail: detail.includes('\n') ? '' : detail, kind: 'attribute', range, selection: nameRange, children: [] };
}

function inOrder(symbols: OutlineSymbol[]): OutlineSymbol[] {
  return symbols.sort((a, b) => a.range.start.line - b.range.start.line || a.range.start.character - b.range.start.character);
}

/** What all modules declare, as far as every letter of what is searched for occurs in its address in that order. At most `limit`. */
export function declarationsMatching(modules: ModuleFolders, query: string, limit: number): LocatedDeclaration[] {
  const found: LocatedDeclaration[] = [];
  const letters = [...query.toLowerCase().replaceAll(/\s/g, '')];
  for (const module of modules.all()) {
    for (const declaration of declarationsOf(module)) {
      if (!occurIn(letters, declaration.address.toLowerCase())) continue;
      found.push(declaration);
      if (found.length === limit) return found;
    }
  }
  return found;
}

function occurIn(letters: readonly string[], text: string): boolean {
  let at = 0;
  for (const letter of letters) {
    at = text.indexOf(letter, at) + 1;
    if (at === 0) return false;
  }
  return true;
}
