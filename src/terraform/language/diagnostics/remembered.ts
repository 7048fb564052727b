import type { HclDocument, HclSection, HclSectionContent } from '../../syntax/index.ts';
import type { Watched } from '../tally/index.ts';
import type { TerraformDiagnostic } from '../module.ts';

/** What is wrong with a section, and what of the rest of the module it depends on. */
export interface Dependent {
  readonly findings: readonly TerraformDiagnostic[];
  /** Of the watched. What is wrong may name what else there is, and depends on everything. */
  readonly keys: readonly string[];
}

/** What was found in a file the last time. */
interface Found {
  readonly given: readonly unknown[];
  readonly moments: readonly unknown[];
  readonly sections: readonly HclSection[];
  /** Of each of the sections. */
  readonly found: readonly Dependent[];
}

const known = new WeakMap<object, Found>();

/**
 * The sections of a file in which something is wrong. Only those are looked through that have changed, or of which something has that
 * they depend on.
 * @param given what every section depends on
 * @param watched what each depends on under its keys
 */
export function remembered(
  { history, sections }: HclDocument, given: readonly unknown[], watched: readonly Watched[], look: (content: HclSectionContent) => Dependent,
): { readonly section: HclSection; readonly findings: readonly TerraformDiagnostic[] }[] {
  const last = known.get(history);
  const changed = last === undefined || last.given.some((one, index) => one !== given[index]) ? undefined : changesSince(last.moments, watched);
  const longer = sections.length - (last?.sections.length ?? 0);
  const found = sections.map(({ content }, index): Dependent => {
    if (last === undefined || changed === undefined) return look(content);
    // Before what was typed, sections have the places that they had; behind it, as many further on as there are more of them.
    const place = last.sections[index]?.content === content ? index : index - longer;
    const own = last.sections[place]?.content === content ? last.found[place] : undefined;
    return own === undefined || isTouched(own, changed) ? look(content) : own;
  });
  known.set(history, { given, sections, found, moments: watched.map(({ moment }) => moment) });
  return sections.flatMap((section, index) => {
    const findings = found[index]?.findings ?? [];
    return findings.length === 0 ? [] : [{ section, findings }];
  });
}

function changesSince(moments: readonly unknown[], watched: readonly Watched[]): ReadonlySet<string> | undefined {
  const changes = watched.map((one, index) => one.changedSince(moments[index]));
  return changes.every((keys) => keys !== undefined) ? new Set(changes.flatMap((keys) => [...keys])) : undefined;
}

function isTouched({ findings, keys }: Dependent, changed: ReadonlySet<string>): boolean {
  return changed.size > 0 && (findings.length > 0 || keys.some((key) => changed.has(key)));
}
