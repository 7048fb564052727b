import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { checkValue, type SchemaNode } from './pve-schema-value.ts';

/** One operation of the API as the schema file describes it. */
export interface Operation {
  readonly method: string;
  /** The path with its variables in braces: `/nodes/{node}/qemu`. */
  readonly path: string;
  /** What the braces stood for in the path that was asked for. */
  readonly pathParameters: Readonly<Record<string, string>>;
  readonly name: string;
  readonly parameters: SchemaNode;
  readonly returns?: SchemaNode;
  readonly permissions?: unknown;
  readonly protected?: number;
  readonly proxyto?: string;
}

/** The machine-readable API of one Proxmox VE version. */
export interface PveSchema {
  /** Every `METHOD /path/{param}` there is. */
  readonly operations: readonly { readonly method: string; readonly path: string }[];
  /** Accepts a concrete path (`/nodes/pve1/qemu`), a template (`/nodes/{node}/qemu`), with or without `/api2/json` and query. */
  operation(method: string, path: string): Operation | undefined;
}

type SchemaFile = Readonly<Record<string, Readonly<Record<string, Omit<Operation, 'method' | 'path' | 'pathParameters'>>>>>;

export const schemaFile = fileURLToPath(new URL('../../../shared/pve-api/pve-api-9.2.json.gz', import.meta.url));

/** Why checks against the schema cannot run here; undefined when they can. Tests must print it. */
export const schemaAbsent: string | undefined = existsSync(schemaFile) ? undefined : `The API schema ${schemaFile} is not on this machine, so nothing is checked against it.`;

let loaded: PveSchema | undefined;

/** Reads the schema once per process. Throws when the file is absent: look at {@link schemaAbsent} first. */
export function loadPveSchema(): PveSchema {
  loaded ??= indexSchema(JSON.parse(gunzipSync(readFileSync(schemaFile)).toString('utf8')) as SchemaFile);
  return loaded;
}

interface Branch {
  readonly literal: Map<string, Branch>;
  variable?: { readonly name: string; readonly branch: Branch };
  path?: string;
}

function indexSchema(file: SchemaFile): PveSchema {
  const root: Branch = { literal: new Map() };
  for (const path of Object.keys(file)) {
    let branch = root;
    for (const segment of path.split('/').filter(Boolean)) branch = child(branch, segment);
    branch.path = path;
  }
  const operations = Object.entries(file).flatMap(([path, methods]) => Object.keys(methods).map((method) => ({ method, path })));
  return {
    operations,
    operation(method, path) {
      const found = find(root, segmentsOf(path));
      const details = found && file[found.path]?.[method];
      return found && details ? { ...details, method, path: found.path, pathParameters: found.parameters } : undefined;
    },
  };
}

function child(branch: Branch, segment: string): Branch {
  const variable = /^\{(.+)\}$/.exec(segment)?.[1];
  if (variable !== undefined) return (branch.variable ??= { name: variable, branch: { literal: new Map() } }).branch;
  let next = branch.literal.get(segment);
  if (!next) branch.literal.set(segment, (next = { literal: new Map() }));
  return next;
}

function segmentsOf(path: string): string[] {
  const bare = path.replace(/^https?:\/\/[^/]+/, '').replace(/\?.*$/, '');
  return bare.replace(/^\/api2\/(json|extjs)(?=\/|$)/, '').split('/').filter(Boolean);
}

/** Literal segments win over variables; a variable before the last literal may still turn out wrong, hence the backtracking. */
function find(branch: Branch, segments: readonly string[]): { path: string; parameters: Record<string, string> } | undefined {
  const [head, ...rest] = segments;
  if (head === undefined) return branch.path === undefined ? undefined : { path: branch.path, parameters: {} };
  const literal = branch.literal.get(head);
  const exact = literal && find(literal, rest);
  if (exact || !branch.variable) return exact;
  // `/access/acl/{a/b}`-like variables that hold slashes do not exist in the API; volume ids come percent-encoded.
  const below = find(branch.variable.branch, rest);
  return below && { path: below.path, parameters: { ...below.parameters, [branch.variable.name]: decodeURIComponent(head) } };
}

/**
 * What is wrong with the parameters of a request, one sentence each; empty when all is well.
 * Values are as they travel: strings, or arrays of strings for repeated parameters (numbers and booleans are taken too).
 */
export function checkParameters(operation: Operation, parameters: Readonly<Record<string, unknown>>): string[] {
  return checkValue({ ...operation.pathParameters, ...withoutUndefined(parameters) }, operation.parameters, `${operation.method} ${operation.path}`, 'parameter');
}

/** What is wrong with the `data` member of an answer; empty when all is well. */
export function checkReturn(value: unknown, operation: Operation): string[] {
  return operation.returns ? checkValue(value, operation.returns, `${operation.method} ${operation.path} data`, 'answer') : [];
}

function withoutUndefined(parameters: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(parameters).filter(([, value]) => value !== undefined));
}
