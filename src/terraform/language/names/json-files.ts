import { type JsonBlock, jsonBlocks } from '../../syntax/index.ts';

/** Code in JSON is not looked through. What it holds is known all the same, so that nothing is said to be wrong for what stands in it. */
interface WithJson {
  /** The texts of `*.tf.json` and `*.tofu.json`, by absolute path. */
  readonly json?: ReadonlyMap<string, string> | undefined;
}

export const jsonIn = ({ json }: WithJson): readonly JsonBlock[] => [...(json?.values() ?? [])].flatMap((text) => jsonBlocks(text) ?? []);

/** Whether the JSON of a module may hold a block of a type; one that cannot be read may. */
export const mayHoldInJson = ({ json }: WithJson, wanted: (block: JsonBlock) => boolean): boolean => [...(json?.values() ?? [])].some((text) => jsonBlocks(text)?.some(wanted) ?? true);

/** Whether a file of JSON may put other values in place of those in the code. https://developer.hashicorp.com/terraform/language/files/override */
export const mayBeOverridden = ({ json }: WithJson): boolean => [...(json?.keys() ?? [])].some((file) => /(?:^|[\\/_])override\.(?:tf|tofu)\.json$/.test(file));

/** All JSON of some modules: what depends on it is other when this is. */
export const jsonText = (modules: readonly WithJson[]): string => modules.flatMap(({ json }) => [...(json ?? [])].flat()).join('\0');

const PREFIXES: Readonly<Record<string, string>> = { variable: 'var.', output: 'output.', module: 'module.', resource: '', data: 'data.', ephemeral: 'ephemeral.' };

/** The addresses of what a block declares. */
export function addressesIn({ type, labels, body }: JsonBlock): readonly string[] {
  if (type === 'locals') return Object.keys(body).map((name) => `local.${name}`);
  const prefix = PREFIXES[type];
  return prefix === undefined ? [] : [`${prefix}${labels.join('.')}`];
}
