import { quote } from '../../hcl/index.ts';
import type { AttributeSchema, TypeSchema } from '../../schema/index.ts';
import type { ClusterFacts, Meaning, ProjectFacts } from '../facts/index.ts';
import type { Offer } from './completion.ts';
import { type Beside, liveValues } from './live-values.ts';

/** Values that are known of an attribute: those of the cluster, those that the provider allows, true and false. */
export function valueOffers(schema: AttributeSchema | undefined, meaning: Meaning | undefined, cluster: ClusterFacts | undefined, project: () => ProjectFacts, beside: Beside, inString: boolean): Offer[] {
  const type = elementOf(schema?.type);
  const text = type?.kind === 'string' || type?.kind === 'any' || type === undefined;
  const live = meaning === undefined || cluster === undefined ? [] : liveValues(meaning, cluster, project, beside);
  const written = (value: string | number): string => (inString || (typeof value === 'number' && !text) || (typeof value === 'number' && type?.kind !== 'string') ? String(value) : quote(String(value)));
  return [
    ...live.map(({ value, detail }): Offer => ({ label: String(value), kind: 'live', detail, text: written(value) })),
    ...(schema?.values ?? schema?.suggested ?? []).filter((value) => value !== '').map((value): Offer => ({ label: value, kind: 'value', text: written(value) })),
    ...(type?.kind === 'bool' && !inString ? ['true', 'false'].map((value): Offer => ({ label: value, kind: 'value', text: value })) : []),
  ];
}

/** Of a list, what is in it. */
function elementOf(type: TypeSchema | undefined): TypeSchema | undefined {
  return type?.kind === 'list' || type?.kind === 'set' ? type.element : type;
}
