import type { HclExpression, HclSectionContent } from '../../syntax/index.ts';
import { codeIn, isValuesFile, type ModuleFolder } from '../names/index.ts';
import { type Entry, moduleTally, type ModuleTally, tallies, type Tally } from '../tally/index.ts';
import { evaluate, type Scope, type Value } from './value.ts';

/** Where a value is written. */
export interface Origin {
  /** `local.node`, `var.node`. */
  readonly address: string;
  /** Absolute path. */
  readonly file: string;
  /** It is the default of a variable. */
  readonly byDefault: boolean;
}

/** Names of variables that are given values from beyond the files that are read; `all`: it cannot be told which. */
export type GivenElsewhere = ReadonlySet<string> | 'all';

/** What the locals and variables of a module come to. */
export interface ModuleValues {
  /** @param asked gets every address that values depend on */
  readonly scope: (asked?: Set<string>) => Scope;
  /** Where a local or variable gets its value. */
  originOf(address: string): Origin | undefined;
  /** What changes them, by {@link valueKey}. */
  readonly tally: ModuleTally<Written>;
  readonly givenElsewhere: GivenElsewhere;
}

/** What is written of a local or a variable. */
interface Written {
  readonly expression: HclExpression | undefined;
  readonly how: 'local' | 'default' | 'given';
}

const valueKey = (address: string): string => `value ${address}`;
/** Under which keys of the tally is what some addresses come to. */
export const valueKeys = (addresses: Iterable<string>): string[] => [...addresses].flatMap((address) => [valueKey(address), ROOT]);
/** Whether the module is one that is planned itself: it says which provider or which backend. */
const ROOT = 'root';

const inCode = tallies(({ blocks }: HclSectionContent): Entry<Written>[] => blocks.flatMap((block): Entry<Written>[] => {
  const { type, labels: [name], body } = block;
  if (type === 'locals') return body.attributes.map(({ name: local, value }) => ({ key: valueKey(`local.${local}`), value: { expression: value, how: 'local' } }));
  if (type === 'variable' && name !== undefined) return [{ key: valueKey(`var.${name}`), value: { expression: body.attributes.find((attribute) => attribute.name === 'default')?.value, how: 'default' } }];
  return type === 'provider' || (type === 'terraform' && body.blocks.some((inner) => inner.type === 'backend' || inner.type === 'cloud')) ? [{ key: ROOT, value: root }] : [];
}));
const root: Written = { expression: undefined, how: 'local' };

const inValues = tallies(({ attributes }: HclSectionContent): Entry<Written>[] => attributes.map(({ name, value }) => ({ key: valueKey(`var.${name}`), value: { expression: value, how: 'given' } })));

/** The files of values that Terraform reads by itself, the later ones over the earlier ones. https://developer.hashicorp.com/terraform/language/values/variables#variable-definition-precedence */
function rank(file: string): number | undefined {
  if (/(?:^|[\\/])terraform\.tfvars$/.test(file)) return 0;
  return file.endsWith('.auto.tfvars') ? 1 : undefined;
}

/** Locals that are said by locals go so far down at most. */
const DEEP = 50;

const NOTHING: GivenElsewhere = new Set();

export function moduleValues(module: ModuleFolder, givenElsewhere: GivenElsewhere = NOTHING): ModuleValues {
  const code = [...module.files].filter(([file]) => !isValuesFile(file)).map(([file, document]) => ({ file, tally: inCode(document) }));
  const given = [...module.files].filter(([file]) => isValuesFile(file)).map(([file, document]) => ({ file, tally: inValues(document), rank: rank(file) }));
  const tally = moduleTally([...code, ...given].map((one) => one.tally));
  const isRoot = tally.has(ROOT);

  const find = (address: string): { readonly written: Written; readonly file: string } | undefined => {
    const key = valueKey(address);
    const declared = located(code, key);
    const [only, more] = declared;
    // What is declared twice is wrong; which one was meant cannot be told.
    if (only === undefined || more !== undefined) return undefined;
    if (only.written.how === 'local') return only;
    if (givenElsewhere === 'all' || givenElsewhere.has(address.slice('var.'.length))) return undefined;
    // Other files of values are named when a plan is made, or not.
    if (given.some((file) => file.rank === undefined && file.tally.values.has(key))) return undefined;
    const [last] = given.filter((file) => file.tally.values.has(key)).sort((a, b) => (b.rank ?? 0) - (a.rank ?? 0) || (a.file < b.file ? 1 : -1));
    if (last !== undefined) return located([last], key).at(-1);
    return isRoot ? only : undefined;
  };

  return {
    tally, givenElsewhere,
    scope: (asked) => scopeOf((address, scope) => {
      const expression = find(address)?.written.expression;
      return expression === undefined ? undefined : evaluate(expression, scope);
    }, asked),
    originOf(address) {
      const found = find(address);
      return found === undefined ? undefined : { address, file: found.file, byDefault: found.written.how === 'default' };
    },
  };
}

/**
 * What names mean in a module that is called: its variables come from the call and from nowhere else, or are what they are by default.
 * @param given a variable as the call gives it; undefined when the call does not
 */
export function calledScope(module: ModuleFolder, given: (variable: string) => { readonly value: Value | undefined } | undefined): Scope {
  const tally = moduleTally(Array.from(codeIn(module), inCode));
  return scopeOf((address, scope) => {
    const [only, more] = tally.of(valueKey(address));
    if (only === undefined || more !== undefined) return undefined;
    const argument = only.how === 'default' ? given(address.slice('var.'.length)) : undefined;
    // For a variable that may not be null, null is its default.
    if (argument !== undefined) return argument.value ?? undefined;
    return only.expression === undefined ? undefined : evaluate(only.expression, scope);
  });
}

function scopeOf(valueOf: (address: string, scope: Scope) => Value | undefined, asked?: Set<string>): Scope {
  const known = new Map<string, Value | undefined>();
  let depth = 0;
  const scope: Scope = {
    named(address) {
      asked?.add(address);
      if (known.has(address)) return known.get(address);
      // Until it is known, what it is said to be by itself is nothing.
      known.set(address, undefined);
      if (depth > DEEP) return undefined;
      depth++;
      const value = valueOf(address, scope);
      depth--;
      known.set(address, value);
      return value;
    },
  };
  return scope;
}

function located(files: readonly { readonly file: string; readonly tally: Tally<Written> }[], key: string): { readonly written: Written; readonly file: string }[] {
  return files.flatMap(({ file, tally }) => (tally.values.get(key) ?? []).map((written) => ({ written, file })));
}

