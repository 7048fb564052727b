import type { ProviderSchema } from './model.ts';
import { readSnapshot } from './read-schema.ts';

let loaded: Promise<ProviderSchema> | undefined;

/** What was known of `bpg/proxmox` when the extension was built; read on first use. Made by `scripts/schema-snapshot.mjs`. */
export function loadSnapshot(): Promise<ProviderSchema> {
  loaded ??= import('./snapshot.json', { with: { type: 'json' } }).then(({ default: json }) => readSnapshot(json));
  return loaded;
}
