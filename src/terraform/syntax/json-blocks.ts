/** A block of a file of JSON, as far as it can be told without a schema: what its body holds are values, texts with `${…}` in them, and blocks. */
export interface JsonBlock {
  readonly type: string;
  readonly labels: readonly string[];
  readonly body: Readonly<Record<string, unknown>>;
}

/** How many labels blocks have; those of other types are left out. */
const LABELS: Readonly<Record<string, number>> = {
  resource: 2, data: 2, ephemeral: 2, variable: 1, output: 1, module: 1, provider: 1, check: 1, locals: 0, terraform: 0, import: 0, moved: 0, removed: 0,
};

/** The blocks at the top of a `.tf.json` file; undefined for what is no JSON. https://developer.hashicorp.com/terraform/language/syntax/json */
export function jsonBlocks(text: string): readonly JsonBlock[] | undefined {
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch {
    return undefined;
  }
  return bodies(read, 1).flatMap(({ labels: [type = ''], body }) => {
    const count = LABELS[type];
    return count === undefined ? [] : bodies(body, count).flatMap((block) => (isObject(block.body) ? [{ type, labels: block.labels, body: block.body }] : []));
  });
}

/** What is below so many names, each of which may stand in one of several objects of a list. */
function bodies(value: unknown, names: number): { readonly labels: readonly string[]; readonly body: unknown }[] {
  if (Array.isArray(value) && (names > 0 || value.every(isObject))) return value.flatMap((item) => bodies(item, names));
  if (names === 0) return [{ labels: [], body: value }];
  return isObject(value) ? Object.entries(value).flatMap(([name, inner]) => bodies(inner, names - 1).map(({ labels, body }) => ({ labels: [name, ...labels], body }))) : [];
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value);
