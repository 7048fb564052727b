import type { ExplainedAttribute, ExplainedResidue } from '../../../terraform/index.ts';
import { consequenceTags, visible } from '../../text/index.ts';
import type { AttributeView, ResidueView } from './messages.ts';
import type { ImportedThing } from './outcome.ts';

/** What the page shows of what a plan would still do to one resource. @param things the title of each */
export function residueView(residue: ExplainedResidue, things: readonly ImportedThing[]): ResidueView {
  const { address, actions: planned, attributes, consequences } = residue;
  return {
    address: visible(address, 200),
    title: visible(things.find((thing) => thing.address === address)?.title ?? '', 120),
    verdict: verdict(residue),
    consequences: consequences.map(({ kind, text }) => ({ grave: consequenceTags[kind]?.grave ?? false, text: visible(text, 500) })),
    level: planned.includes('delete') || consequences.some(({ kind }) => consequenceTags[kind]?.grave === true) ? 'error' : 'warning',
    attributes: attributes.map((attribute) => attributeView(attribute, isUpdated(residue))),
  };
}

/** What would be created or destroyed is not mended by what its code says of single attributes. */
export const isUpdated = ({ actions: planned }: ExplainedResidue): boolean => planned.includes('update');

function verdict({ actions: planned, attributes, consequences, off }: ExplainedResidue): string {
  if (planned.includes('delete') && planned.includes('create')) return 'would be destroyed and made anew';
  if (planned.includes('delete')) return 'would be destroyed';
  if (planned.includes('create')) return 'would be created: it is not on the cluster under this VMID';
  const kinds = new Set(consequences.map(({ kind }) => kind));
  // Only of a guest is it known at all.
  if (attributes.every(({ consequence }) => consequence === undefined)) return 'would be changed';
  const also = kinds.has('disk-lost') ? ', and lose a disk' : kinds.has('fails') ? '; the provider refuses some of it' : '';
  if (kinds.has('restart')) return `would be changed and ${off ? 'switched off' : 'restarted'}${also}`;
  if (kinds.has('reboot')) return `would be changed and rebooted${also}`;
  return `would be changed without a restart${also}`;
}

function attributeView({ path, before, after, unknown, sensitive, why, consequence, replaces, fixes }: ExplainedAttribute, mendable: boolean): AttributeView {
  const known = replaces ? consequenceTags.recreated : consequence === undefined ? undefined : consequenceTags[consequence];
  const level = known === undefined ? 'good' : known.grave ? 'error' : 'warning';
  return {
    path: visible(path, 200),
    before: valueText(before, sensitive),
    after: unknown ? '(known when it is applied)' : valueText(after, sensitive),
    ...((replaces || consequence !== undefined) && { tag: { level, text: known?.tag ?? 'no restart' } }),
    why: visible(why, 1_000),
    canFix: mendable && fixes.some(({ kind }) => kind !== 'ignore'),
    canIgnore: mendable && fixes.some(({ kind }) => kind === 'ignore'),
  };
}

/** A text as code has it between its quotes: a line feed is `\n`. Fonts often have no pictures of control characters. */
function valueText(value: unknown, sensitive: boolean): string {
  if (sensitive) return '(secret)';
  if (value === undefined || value === null) return '(not set)';
  const json = JSON.stringify(value).replaceAll('\u007f', '\\u007f');
  return visible(typeof value === 'string' ? `“${json.slice(1, -1).replaceAll('\\"', '"')}”` : json, 300);
}
