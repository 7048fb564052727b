/** An expression as it stands in the text: a reference such as `var.endpoint`. */
export interface Reference {
  readonly reference: string;
}
export type Expression = string | number | boolean | Reference | readonly Expression[];
/** What stands between `{` and `}`: attributes, nested blocks and comments, in the order of the text. */
export type Body = readonly Item[];
export type Item =
  | { readonly kind: 'attribute'; readonly name: string; readonly value: Expression }
  | { readonly kind: 'object'; readonly name: string; readonly members: readonly (readonly [string, Expression])[] }
  | { readonly kind: 'block'; readonly type: string; readonly labels: readonly string[]; readonly body: Body }
  | { readonly kind: 'comment'; readonly text: string };

export const attribute = (name: string, value: Expression): Item => ({ kind: 'attribute', name, value });
export const block = (type: string, labels: readonly string[], body: Body): Item => ({ kind: 'block', type, labels, body });
export const object = (name: string, members: readonly (readonly [string, Expression])[]): Item => ({ kind: 'object', name, members });
export const comment = (text: string): Item => ({ kind: 'comment', text });
export const reference = (text: string): Reference => ({ reference: text });

/**
 * The text of a file, laid out as `terraform fmt` lays it out: two spaces a level, the `=` of neighbouring attributes
 * in one column, an empty line around what takes several lines.
 */
export function printHcl(body: Body): string {
  return printBody(body, '')
    .map((line) => `${line}\n`)
    .join('');
}

/**
 * A string literal. `${` and `%{` begin a template in HCL and are doubled; the escapes are those of HCL's syntax
 * (hcl/hclsyntax/spec.md, "Template Expressions": \n \r \t \" \\ \uNNNN).
 */
export function quote(text: string): string {
  const escapes: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '"': '\\"', '\\': '\\\\' };
  const escaped = text
    .replaceAll(/[\n\r\t"\\]/g, (character) => escapes[character] ?? character)
    .replaceAll(UNSEEN, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return `"${doubled(escaped)}"`;
}

/** Control characters, and those that would show the text in another order than it has: as escapes nobody is deceived by them. */
// eslint-disable-next-line no-control-regex -- control characters are what has to be escaped
const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

const doubled = (text: string): string => text.replaceAll(/[$%]\{/g, (start) => `${start[0] ?? ''}${start}`);

function printBody(body: Body, indent: string): string[] {
  const lines: string[] = [];
  let group: { name: string; value: string }[] = [];
  const flush = (): void => {
    const width = Math.max(0, ...group.map(({ name }) => name.length));
    for (const { name, value } of group) lines.push(`${indent}${name.padEnd(width)} = ${value}`);
    group = [];
  };
  const apart = (): void => {
    flush();
    if (lines.length > 0 && lines.at(-1) !== '' && !lines.at(-1)?.trimStart().startsWith('#')) lines.push('');
  };
  let alone = false;
  for (const item of body) {
    if (item.kind === 'attribute') {
      const text = heredoc(item.value);
      if (text === undefined) {
        if (alone) apart();
        alone = false;
        group.push({ name: item.name, value: printExpression(item.value) });
        continue;
      }
      apart();
      lines.push(`${indent}${item.name} = ${text}`);
    } else if (item.kind === 'comment') {
      apart();
      lines.push(...item.text.split('\n').map((line) => `${indent}# ${printable(line)}`.trimEnd()));
      alone = false;
      continue;
    } else {
      apart();
      if (item.kind === 'object') lines.push(...printObject(item, indent));
      else lines.push(...printBlock(item, indent));
    }
    alone = true;
  }
  flush();
  return lines;
}

function printBlock(item: Extract<Item, { kind: 'block' }>, indent: string): string[] {
  const head = `${indent}${[item.type, ...item.labels.map(quote)].join(' ')}`;
  return item.body.length === 0 ? [`${head} {}`] : [`${head} {`, ...printBody(item.body, `${indent}  `), `${indent}}`];
}

function printObject(item: Extract<Item, { kind: 'object' }>, indent: string): string[] {
  return [`${indent}${item.name} = {`, ...printBody(item.members.map(([name, value]) => attribute(name, value)), `${indent}  `), `${indent}}`];
}

/** An expression on one line. */
export function printExpression(value: Expression): string {
  if (typeof value === 'string') return quote(value);
  if (typeof value === 'object') return 'reference' in value ? value.reference : `[${value.map(printExpression).join(', ')}]`;
  return String(value);
}

/**
 * A text of several lines as a heredoc, which is how a person would write it. Only where the heredoc gives back exactly the same
 * text: it always ends with a line break, and escapes nothing but templates.
 */
function heredoc(value: Expression): string | undefined {
  if (typeof value !== 'string' || !value.endsWith('\n') || value.indexOf('\n') === value.length - 1) return undefined;
  // What can only be written as an escape.
  if (value.replaceAll('\n', '').search(UNSEEN) !== -1 || /[ \t]\n/.test(value)) return undefined;
  let marker = 'EOT';
  while (value.split('\n').some((line) => line.trim() === marker)) marker += 'X';
  return `<<${marker}\n${doubled(value)}${marker}`;
}

/** A comment ends where its line ends, whatever the text says. */
// eslint-disable-next-line no-control-regex -- see above
const printable = (text: string): string => text.replaceAll(/[\u0000-\u001f\u007f\u0085\u2028\u2029]/g, ' ');
