import type { Node } from 'web-tree-sitter';
import type { HclExpression, HclObjectMember, HclRange, HclStep } from './model.ts';

export const rangeOf = ({ startPosition, endPosition }: Node): HclRange => between(startPosition, endPosition);

const between = (start: { row: number; column: number }, end: { row: number; column: number }): HclRange => ({
  start: { line: start.row, character: start.column },
  end: { line: end.row, character: end.column },
});

/** What an `expression` node of the grammar says. */
export function readExpression(node: Node): HclExpression {
  return readTerms(node.children, rangeOf(node)) ?? { kind: 'other', parts: [], range: rangeOf(node) };
}

/** The grammar lays a term and what is taken from it (`.name`, `[0]`) side by side, and the operands of an operation too. */
function readTerms(children: readonly Node[], range: HclRange): HclExpression | undefined {
  const terms: HclExpression[] = [];
  let pending: Node[] = [];
  let works = false;
  const flush = (): void => {
    const [head, ...steps] = pending;
    pending = [];
    if (head !== undefined) terms.push(readTerm(head, steps));
  };
  for (const child of children) {
    if (child.isExtra && child.type === 'comment') continue;
    if (child.type === 'ERROR') works = true;
    else if (!child.isNamed) {
      flush();
      works = true;
    } else if (child.type === 'get_attr' || child.type === 'index' || child.type === 'splat') pending.push(child);
    else {
      flush();
      pending.push(child);
    }
  }
  flush();
  const [only] = terms;
  return !works && terms.length === 1 ? only : { kind: 'other', parts: terms, range };
}

function readTerm(head: Node, steps: readonly Node[]): HclExpression {
  const last = steps.at(-1);
  if (head.type === 'variable_expr') {
    const range = between(head.startPosition, (last ?? head).endPosition);
    return { kind: 'traversal', root: head.text, rootRange: rangeOf(head), steps: steps.flatMap(readSteps), range };
  }
  const value = readAlone(head);
  if (last === undefined) return value;
  const inside = steps.flatMap(readSteps).flatMap((step) => (step.kind === 'index' ? [step.index] : []));
  return { kind: 'other', parts: [value, ...inside], range: between(head.startPosition, last.endPosition) };
}

function readSteps(node: Node): HclStep[] {
  const range = rangeOf(node);
  if (node.type === 'get_attr') {
    const name = node.namedChildren.find((child) => child.type === 'identifier');
    return [{ kind: 'attribute', name: name?.text ?? '', range: name === undefined ? range : rangeOf(name) }];
  }
  const inner = node.namedChildren.find((child) => child.type !== 'comment');
  if (node.type === 'splat') return [{ kind: 'splat', range }, ...(inner?.namedChildren ?? []).flatMap(readSteps)];
  if (inner?.type === 'new_index') {
    const index = inner.namedChildren.find((child) => child.type === 'expression');
    return [{ kind: 'index', index: index === undefined ? { kind: 'missing', range } : readExpression(index), range }];
  }
  return [{ kind: 'index', index: { kind: 'number', value: Number(node.text.slice(1)), range }, range }];
}

function readAlone(node: Node): HclExpression {
  const range = rangeOf(node);
  switch (node.type) {
    case 'expression':
      return readExpression(node);
    case 'literal_value':
      return readLiteral(node, range);
    case 'template_expr':
      return readTemplate(node, range);
    case 'collection_value':
      return readCollection(node, range);
    case 'function_call': {
      const name = node.namedChildren[0];
      const values = node.namedChildren.find((child) => child.type === 'function_arguments')?.namedChildren ?? [];
      return {
        kind: 'call',
        name: name?.text ?? '',
        nameRange: name === undefined ? range : rangeOf(name),
        arguments: values.filter((child) => child.type === 'expression').map(readExpression),
        range,
      };
    }
    case 'for_expr':
      return readFor(node, range);
    case 'operation':
      return readOperation(node, range);
    default:
      return readTerms(node.children, range) ?? { kind: 'other', parts: [], range };
  }
}

function readLiteral(node: Node, range: HclRange): HclExpression {
  const literal = node.namedChildren[0];
  switch (literal?.type) {
    case 'numeric_lit':
      return { kind: 'number', value: Number(literal.text), range };
    case 'bool_lit':
      return { kind: 'bool', value: literal.text === 'true', range };
    case 'string_lit':
      return { kind: 'string', value: unescapeText(literal.text.slice(1, literal.text.endsWith('"') ? -1 : undefined)), range };
    default:
      return { kind: 'null', range };
  }
}

function readOperation(node: Node, range: HclRange): HclExpression {
  const operation = node.namedChildren[0];
  if (operation === undefined) return { kind: 'other', parts: [], range };
  const read = readTerms(operation.children, range) ?? { kind: 'other', parts: [], range };
  const [only, second, third] = read.kind === 'other' ? read.parts : [];
  if (operation.type === 'binary_operation' && read.kind === 'other' && second !== undefined && third === undefined) {
    const signs = operation.children.filter((child) => !child.isNamed).map((child) => child.text);
    return { ...read, operator: signs.length === 1 ? signs[0] : undefined };
  }
  return operation.type === 'unary_operation' && operation.text.startsWith('-') && only?.kind === 'number' ? { ...only, value: -only.value, range } : read;
}

function readCollection(node: Node, range: HclRange): HclExpression {
  const collection = node.namedChildren[0];
  if (collection?.type === 'tuple') {
    return { kind: 'list', items: collection.namedChildren.filter((child) => child.type === 'expression').map(readExpression), range };
  }
  const elements = (collection?.namedChildren ?? []).filter((child) => child.type === 'object_elem');
  return { kind: 'object', members: elements.map(readMember), range };
}

function readMember(node: Node): HclObjectMember {
  const [key, value] = node.namedChildren.filter((child) => child.type === 'expression').map(readExpression);
  const range = rangeOf(node);
  const missing: HclExpression = { kind: 'missing', range };
  return { key: key ?? missing, name: nameOf(key), value: value ?? missing, range };
}

function nameOf(key: HclExpression | undefined): string | undefined {
  if (key?.kind === 'string') return key.value;
  if (key?.kind === 'traversal' && key.steps.length === 0) return key.root;
  return undefined;
}

function readFor(node: Node, range: HclRange): HclExpression {
  const parts = node.descendantsOfType('for_intro')[0];
  const inner = node.namedChildren[0];
  const names = (parts?.namedChildren ?? []).filter((child) => child.type === 'identifier').map((child) => child.text);
  const expressions = [...(parts?.namedChildren ?? []), ...(inner?.namedChildren ?? []).flatMap((child) => (child.type === 'for_cond' ? child.namedChildren : [child]))];
  return { kind: 'for', names, parts: expressions.filter((child) => child.type === 'expression').map(readExpression), range };
}

/** @see hcl/hclsyntax/spec.md, "Template Expressions" */
function readTemplate(node: Node, range: HclRange): HclExpression {
  const template = node.namedChildren[0];
  const heredoc = template?.type === 'heredoc_template';
  const parts = node.descendantsOfType('expression').filter((expression) => !within(expression, node));
  const fixed = parts.length === 0 && node.descendantsOfType('template_directive').length === 0;
  const literal = fixed ? (template?.namedChildren ?? []).filter((child) => child.type === 'template_literal').map((child) => child.text).join('') : undefined;
  const value = literal === undefined ? undefined : heredoc ? heredocText(node.text) : unescapeText(literal);
  return { kind: 'template', heredoc, value, parts: parts.map(readExpression), pieces: heredoc ? undefined : piecesOf(template?.namedChildren ?? []), range };
}

/** Undefined where a directive or a `~` decides what the text is. */
function piecesOf(nodes: readonly Node[]): (string | HclExpression)[] | undefined {
  const pieces: (string | HclExpression)[] = [];
  for (const node of nodes) {
    const inner = node.type === 'template_interpolation' ? node.namedChildren.filter((child) => !/^template_interpolation_(?:start|end)$/.test(child.type)) : [];
    const [expression] = inner;
    if (node.type === 'template_literal') pieces.push(unescapeText(node.text));
    else if (expression?.type === 'expression' && inner.length === 1) pieces.push(readExpression(expression));
    else if (!/^quoted_template_(?:start|end)$/.test(node.type)) return undefined;
  }
  return pieces;
}

/** Whether another expression of the template holds this one. */
function within(expression: Node, template: Node): boolean {
  for (let around = expression.parent; around !== null && around.id !== template.id; around = around.parent) if (around.type === 'expression') return true;
  return false;
}

/** `<<-` takes away as many spaces from each line as stand before the line that has the fewest. */
function heredocText(text: string): string {
  const lines = text.split('\n').slice(1, -1);
  const indents = text.startsWith('<<-') ? lines.filter((line) => line.trim() !== '').map((line) => line.length - line.trimStart().length) : [];
  const indent = indents.length === 0 ? 0 : Math.min(...indents);
  return lines.map((line) => `${line.slice(indent)}\n`).join('').replaceAll(/([$%])\1\{/g, '$1{');
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\' };

/** The text that a quoted literal stands for, without its quotes. */
export function unescapeText(text: string): string {
  return text
    .replaceAll(/\\(?:([nrt"\\])|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))/g, (whole: string, short?: string, four?: string, eight?: string) => {
      if (short !== undefined) return ESCAPES[short] ?? whole;
      const code = Number.parseInt(four ?? eight ?? '', 16);
      return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    })
    .replaceAll(/([$%])\1\{/g, '$1{');
}
