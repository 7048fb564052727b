import { childrenOf, comparePositions, type HclAttribute, type HclBlock, type HclBody, type HclDocument, type HclExpression, type HclRange, type HclSectionContent, moveRange } from '../../syntax/index.ts';
import { iteratorOf } from '../names/index.ts';

/** Names of VS Code's standard semantic tokens (https://code.visualstudio.com/api/language-extensions/semantic-highlight-guide). */
export type TokenType = 'keyword' | 'type' | 'class' | 'variable' | 'parameter' | 'property' | 'namespace' | 'function';
export type TokenModifier = 'declaration' | 'readonly' | 'defaultLibrary';

/** What a word is; on one line always. */
export interface Token {
  readonly range: HclRange;
  readonly type: TokenType;
  readonly modifiers: readonly TokenModifier[];
}

const known = new WeakMap<HclSectionContent, readonly Token[]>();

/** The words of a file that mean something, in the order of the text. Strings, numbers and comments are left to the grammar. */
export function tokens(document: HclDocument): Token[] {
  return document.sections.flatMap(({ content, line }) => {
    let own = known.get(content);
    if (own === undefined) known.set(content, (own = read(content)));
    return line === 0 ? own : own.map((token) => ({ ...token, range: moveRange(token.range, line) }));
  });
}

function read(content: HclSectionContent): Token[] {
  const found: Token[] = [];
  ofBody(content, found, 'file', new Set());
  return found.filter(({ range }) => range.start.line === range.end.line).sort((a, b) => comparePositions(a.range.start, b.range.start));
}

/** @param local names that `for` and `dynamic` brought along */
function ofBody({ attributes, blocks }: HclBody, found: Token[], inside: string, local: ReadonlySet<string>): void {
  for (const attribute of attributes) ofAttribute(attribute, found, inside, local);
  for (const block of blocks) ofBlock(block, found, inside, local);
}

function ofAttribute({ nameRange, value }: HclAttribute, found: Token[], inside: string, local: ReadonlySet<string>): void {
  const declares = inside === 'locals';
  found.push({ range: nameRange, type: declares ? 'variable' : inside === 'file' ? 'parameter' : 'property', modifiers: declares ? ['declaration', 'readonly'] : [] });
  ofExpression(value, found, local);
}

/** What the labels of a block are, by its type; the last one is a name that it declares. */
const LABELS: Readonly<Record<string, readonly TokenType[]>> = {
  resource: ['class', 'variable'], data: ['class', 'variable'], ephemeral: ['class', 'variable'],
  variable: ['parameter'], output: ['property'], module: ['namespace'], provider: ['namespace'],
};

function ofBlock(block: HclBlock, found: Token[], inside: string, local: ReadonlySet<string>): void {
  const { type, typeRange, labels, labelRanges, body } = block;
  found.push({ range: typeRange, type: inside === 'file' ? 'keyword' : 'type', modifiers: [] });
  const kinds = inside === 'file' ? (LABELS[type] ?? []) : [];
  labels.forEach((_, index) => {
    const [kind, range] = [kinds[index], labelRanges[index]];
    if (kind !== undefined && range !== undefined) found.push({ range, type: kind, modifiers: index === kinds.length - 1 && type !== 'provider' ? ['declaration'] : [] });
  });
  const iterator = iteratorOf(block);
  ofBody(body, found, type, iterator === undefined ? local : new Set([...local, iterator]));
}

function ofExpression(expression: HclExpression, found: Token[], around: ReadonlySet<string>): void {
  const local = expression.kind === 'for' ? new Set([...around, ...expression.names]) : around;
  if (expression.kind === 'call') found.push({ range: expression.nameRange, type: TYPES.has(expression.name) ? 'type' : 'function', modifiers: ['defaultLibrary'] });
  if (expression.kind === 'object') {
    for (const { key, name, value } of expression.members) {
      if (name !== undefined && key.kind === 'traversal') found.push({ range: key.range, type: 'property', modifiers: [] });
      else ofExpression(key, found, local);
      ofExpression(value, found, local);
    }
    return;
  }
  if (expression.kind === 'traversal') ofTraversal(expression, found, local);
  for (const child of childrenOf(expression)) ofExpression(child, found, local);
}

/** The words that a reference can begin with besides the type of a resource; what stands behind each, step by step. */
const ROOTS: Readonly<Record<string, readonly TokenType[]>> = {
  var: ['parameter'], local: ['variable'], module: ['namespace'], data: ['class', 'variable'], ephemeral: ['class', 'variable'],
  each: [], count: [], self: [], path: [], terraform: [],
};
/** https://developer.hashicorp.com/terraform/language/expressions/type-constraints */
const TYPES = new Set(['string', 'number', 'bool', 'any', 'list', 'set', 'map', 'object', 'tuple']);

function ofTraversal({ root, rootRange, steps }: HclExpression & { kind: 'traversal' }, found: Token[], local: ReadonlySet<string>): void {
  const behind = local.has(root) ? [] : ROOTS[root];
  if (behind === undefined && steps.length === 0) {
    found.push({ range: rootRange, type: TYPES.has(root) ? 'type' : 'variable', modifiers: [] });
    return;
  }
  found.push({ range: rootRange, type: behind === undefined ? 'class' : 'variable', modifiers: behind === undefined || local.has(root) ? [] : ['defaultLibrary'] });
  const kinds = behind ?? ['variable'];
  let step = 0;
  for (const one of steps) {
    if (one.kind !== 'attribute' || one.name === '') continue;
    found.push({ range: one.range, type: kinds[step] ?? 'property', modifiers: root === 'local' && step === 0 ? ['readonly'] : [] });
    step++;
  }
}
