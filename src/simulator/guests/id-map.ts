import { parameterError } from '../api/errors.ts';

/** What `targetstorage` and the like say: a name for each name, one for all others, or (`1`) each for itself (PVE::JSONSchema::parse_idmap). */
export interface IdMap {
  readonly entries: ReadonlyMap<string, string>;
  readonly fallback: string | undefined;
  readonly identity: boolean;
}

/** Throws 400 naming the parameter when its pieces contradict each other. */
export function parseIdMap(parameter: string, value: string): IdMap {
  const entries = new Map<string, string>();
  let fallback: string | undefined;
  let identity = false;
  const refuse = (message: string): never => {
    throw parameterError({ [parameter]: `failed to parse storage map: ${message}` });
  };
  for (const entry of value.split(/[,;\s]+/).filter((word) => word !== '')) {
    const [source = '', target] = entry.split(':', 2);
    if (entry === '1') identity = true;
    else if (target === undefined) {
      if (fallback !== undefined) refuse('default target ID can only be provided once');
      fallback = entry;
    } else {
      if (entries.has(source)) refuse(`duplicate mapping for source '${source}'`);
      entries.set(source, target);
    }
  }
  if (identity && (fallback !== undefined || entries.size > 0)) refuse('identity mapping cannot be combined with other mappings');
  return { entries, fallback, identity };
}

export function mapId(map: IdMap | undefined, source: string): string {
  return map?.entries.get(source) ?? map?.fallback ?? source;
}
