import type { HclBlock, HclSectionContent } from '../../syntax/index.ts';
import { codeIn, declaredIn, folderOfCall, mayBeOverridden, mayHoldInJson, type ModuleFolder, type ModuleFolders } from '../names/index.ts';
import { type ModuleTally, moduleTally, tallies } from '../tally/index.ts';
import { calledScope, evaluate, type Scope } from '../values/index.ts';
import { nothingNamed, type Outlook } from './entries.ts';
import { instancesOf, repeatOf } from './instances.ts';
import { type Providers, providersOf } from './providers.ts';

/** One instance of a module that is called, as the module sees it that is planned. */
export interface CalledInstance {
  readonly module: ModuleFolder;
  /** What stands before the addresses of its resources: `module.web["a"].`. */
  readonly prefix: string;
  /**
   * What names mean in it.
   * @param arguments_ gets the names of the arguments of the outermost call that values depend on
   */
  readonly scope: (arguments_?: Set<string>) => Scope;
  readonly providers: Providers;
  /** Whether it is there for certain. */
  readonly certain: boolean;
}

/** Modules call modules so far down at most, and one call brings in so many instances; what is beyond them is not known. */
const DEEP = 10;
const MANY = 1000;

/** Whatever a call brings in, with what is called from there in turn. Modules that are not known are left out. */
export function* instancesCalled(call: HclBlock, home: ModuleFolder, scope: Scope, modules: ModuleFolders): Generator<CalledInstance> {
  const outside: Outside = { module: home, prefix: '', scope: () => scope, providers: (name) => name, certain: true, depth: 0, outermost: true };
  yield* inCall(call, outside, modules, { left: MANY });
}

type Outside = CalledInstance & { readonly depth: number; readonly outermost: boolean };

function* inCall(call: HclBlock, outside: Outside, modules: ModuleFolders, budget: { left: number }): Generator<CalledInstance> {
  const [name] = call.labels;
  const folder = folderOfCall(outside.module, call);
  const module = folder === undefined ? undefined : modules.of(folder);
  if (name === undefined || module === undefined || outside.depth === DEEP) return;
  const here = outside.scope();
  const known = budget.left > 0 ? instancesOf(repeatOf(call.body), here) : undefined;
  // Of a call that stands there twice, as an override does, it cannot be told what holds.
  const certain = outside.certain && known !== undefined && declaredIn(codeIn(outside.module)).of(`module.${name}`).length === 1 && !mayBeOverridden(outside.module) && !mayBeOverridden(module);
  const isProvider = ({ type }: { readonly type: string }): boolean => type === 'provider';
  const own = [...codeIn(module)].some(({ blocks }) => blocks.some(isProvider)) || mayHoldInJson(module, isProvider);
  const providers: Providers = own ? () => undefined : providersOf(call, outside.providers);
  for (const { suffix, scope: inside } of known ?? [{ suffix: '', scope: nothingNamed }]) {
    budget.left--;
    const instance: Outside = {
      module, prefix: `${outside.prefix}module.${name}${suffix}.`, providers, certain, depth: outside.depth + 1, outermost: false,
      scope: (arguments_) => calledScope(module, (variable) => {
        const value = call.body.attributes.find((attribute) => attribute.name === variable)?.value;
        if (value === undefined) return undefined;
        if (outside.outermost) arguments_?.add(variable);
        // What `each` and `count` are is known inside; what is said by names, outside.
        return { value: evaluate(value, { ...outside.scope(arguments_), each: inside.each, count: inside.count }) };
      }),
    };
    yield instance;
    for (const { blocks } of codeIn(module)) for (const block of blocks) if (block.type === 'module') yield* inCall(block, instance, modules, budget);
  }
}

/** How the code of an instance is seen. Of a resource that stands there twice, as an override does, it cannot be told what holds. */
export function outlookOf({ module, prefix, providers, certain }: CalledInstance): Outlook {
  const declared = declaredIn(codeIn(module));
  return { prefix, providers, certain: (address) => certain && declared.of(address).length === 1 };
}

/** Under which key of {@link codeOf} all of it is. */
export const calledKey = 'called';
const contents = tallies((content: HclSectionContent) => [{ key: calledKey, value: content }]);

/** The modules that a module calls, themselves or through others, as far as they are known. */
export function modulesCalled(module: ModuleFolder, modules: ModuleFolders | undefined): readonly ModuleFolder[] {
  const found = new Set<ModuleFolder>();
  const reach = ({ module: from, depth }: { readonly module: ModuleFolder; readonly depth: number }): void => {
    for (const { blocks } of codeIn(from)) {
      for (const block of blocks) {
        const folder = folderOfCall(from, block);
        const called = folder === undefined ? undefined : modules?.of(folder);
        if (called === undefined || found.has(called) || depth === DEEP) continue;
        found.add(called);
        reach({ module: called, depth: depth + 1 });
      }
    }
  };
  reach({ module, depth: 0 });
  return [...found];
}

/** The code of modules: what they bring in is other when this is. */
export const codeOf = (modules: readonly ModuleFolder[]): ModuleTally<HclSectionContent> => moduleTally(modules.flatMap((called) => [...codeIn(called)].map(contents)));
