import { type Document, isMap, isNode, isPair, isScalar, LineCounter, parseDocument, type Node, visit } from 'yaml';
import type { core } from 'zod';
import { type Policy, policySchema } from './schema.ts';

/** What is wrong in a policy file, and where. Lines and columns count from 1. */
export interface PolicyProblem {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

export type ParsedPolicy = { readonly ok: true; readonly policy: Policy } | { readonly ok: false; readonly problems: readonly PolicyProblem[] };

/** Reads `.proxmox/policy.yaml`. An empty file is an empty policy. Never throws. */
export function parsePolicy(text: string): ParsedPolicy {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const at = (offset: number, message: string): PolicyProblem => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col, message };
  };
  if (document.errors.length > 0) return { ok: false, problems: document.errors.map(({ pos, message }) => at(pos[0], message.split('\n')[0] ?? message)) };
  const read = valueOf(document);
  if ('problem' in read) return { ok: false, problems: [at(read.offset, read.problem)] };
  const parsed = policySchema.safeParse(read.value ?? {});
  if (parsed.success) return { ok: true, policy: parsed.data };
  return {
    ok: false,
    problems: parsed.error.issues.map((issue) => {
      const where = place(document.contents, issue);
      return at(where, words(issue));
    }),
  };
}

/** What the document says. An alias shows only now that it stands for nothing, and a bare `*.destroy` is one. */
function valueOf(document: Document.Parsed): { readonly value: unknown } | { readonly problem: string; readonly offset: number } {
  try {
    return { value: document.toJS() };
  } catch (error) {
    let unknown: { readonly source: string; readonly offset: number } | undefined;
    visit(document, { Alias: (_key, alias) => {
      if (alias.resolve(document) !== undefined) return undefined;
      unknown = { source: alias.source, offset: alias.range?.[0] ?? 0 };
      return visit.BREAK;
    } });
    if (unknown === undefined) return { problem: error instanceof Error ? error.message : String(error), offset: 0 };
    return { problem: `*${unknown.source} is an alias to YAML, and nothing has that name; a text that begins with * stands in quotes: "*${unknown.source}"`, offset: unknown.offset };
  }
}

/** A policy from the settings; problems are told by their path. */
export function readPolicySetting(value: unknown): { readonly ok: true; readonly policy: Policy } | { readonly ok: false; readonly problems: readonly string[] } {
  const parsed = policySchema.safeParse(value ?? {});
  if (parsed.success) return { ok: true, policy: parsed.data };
  return { ok: false, problems: parsed.error.issues.map((issue) => `proxmox.policy${issue.path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('')}: ${words(issue)}`) };
}

function words(issue: core.$ZodIssue): string {
  return issue.code === 'unrecognized_keys' ? `There is no ${issue.keys.map((key) => `'${key}'`).join(', ')} here` : issue.message;
}

/** Where in the text an issue is: at an unknown key itself, else at the innermost value that is there. */
function place(contents: unknown, issue: core.$ZodIssue): number {
  let node: Node | undefined = isNode(contents) ? contents : undefined;
  for (const key of issue.path) {
    const next: unknown = node !== undefined && 'get' in node && typeof node.get === 'function' ? (node.get as (key: unknown, keep: boolean) => unknown)(key, true) : undefined;
    if (!isNode(next)) break;
    node = next;
  }
  if (issue.code === 'unrecognized_keys' && isMap(node)) {
    const pair = node.items.find((item) => isPair(item) && isScalar(item.key) && item.key.value === issue.keys[0]);
    if (pair !== undefined && isScalar(pair.key)) return pair.key.range?.[0] ?? 0;
  }
  return node?.range?.[0] ?? 0;
}
