import type { Asking, Proposal, StepParameters, Wish } from '../../changes/index.ts';
import { configChanges, isUnchanged, keptByProxmox } from '../../pve/config/language/index.ts';
import type { ConfigPlace } from './config-place.ts';
import type { ReadConfig } from './cluster-config.ts';

/** What editing a configuration needs of the door. */
export interface ReviewingDoor {
  propose(asking: Asking, wishes: readonly Wish[]): Promise<Proposal>;
  /**
   * Has a person decide and carries it out. Resolves with true when it was approved and all of it is done, with false when it was declined;
   * rejects when a step failed.
   */
  review(proposal: Proposal): Promise<boolean>;
  /** Keeps a value that no proposal may hold; returns the reference that the run asks for it with. Without it such values are refused. */
  keepSecret?(value: string): string;
}

export interface SaveRequest {
  readonly place: ConfigPlace;
  /** The guest's name, for the proposal's words. */
  readonly name: string | undefined;
  readonly asking: Asking;
  /** What the text began with. */
  readonly base: ReadConfig;
  readonly text: string;
  readonly door: ReviewingDoor;
  /** Reads the configuration as it is now. */
  readonly read: () => Promise<ReadConfig>;
}

export type SaveOutcome =
  | { readonly type: 'saved' | 'unchanged'; readonly now: ReadConfig }
  /** Somebody else changed it meanwhile. */
  | { readonly type: 'conflict'; readonly now: ReadConfig }
  | { readonly type: 'declined' }
  /** The text asks for what cannot be done by changing the configuration. */
  | { readonly type: 'refused'; readonly reasons: readonly string[] };

/** Values that Proxmox VE never gives back in clear; they come as asterisks. */
const SECRET = new Set(['cipassword']);

/**
 * Makes a proposal of the difference between an edited text and what it began with, and has it reviewed. Sends the digest, so that nobody
 * else's change is overwritten. Rejects with PveError or what the door rejects with.
 */
export async function saveConfig({ place, name, asking, base, text, door, read }: SaveRequest): Promise<SaveOutcome> {
  const { kind, vmid, node } = place;
  const changes = configChanges(kind, base.text, text);
  if (changes.refused.length > 0) return { type: 'refused', reasons: changes.refused.map(({ message }) => message) };
  const before = await read();
  if (before.digest !== base.digest && touched(kind, base, before)) return { type: 'conflict', now: before };
  if (isUnchanged(changes)) return { type: 'unchanged', now: before };

  const options: Record<string, StepParameters[string]> = {};
  for (const [key, value] of Object.entries(changes.set)) {
    if (!SECRET.has(key)) options[key] = value;
    else if (door.keepSecret === undefined) return { type: 'refused', reasons: [`\`${key}\` is a secret, and an edited configuration is written down in proposals and logs. Set it in Proxmox VE's own interface.`] };
    else options[key] = { $secret: door.keepSecret(value) };
  }
  const parameters: StepParameters = {
    ...options,
    ...(changes.remove.length > 0 && { delete: changes.remove.join(',') }),
    ...(before.digest !== undefined && { digest: before.digest }),
  };
  const target = { kind: 'guest' as const, type: kind, vmid, node, ...(name !== undefined && { name }) };
  try {
    const proposal = await door.propose(asking, [{ operation: 'guest.configure', target, parameters }]);
    if (!(await door.review(proposal))) return { type: 'declined' };
  } catch (error) {
    // Between reading and running somebody else may have been quicker: the cluster then refuses the digest.
    const now = await read().catch(() => undefined);
    if (now !== undefined && now.digest !== before.digest && touched(kind, before, now) && !isUnchanged(configChanges(kind, now.text, text))) return { type: 'conflict', now };
    throw error;
  }
  return { type: 'saved', now: await read() };
}

/** Whether anything differs that a text may change. The digest is also another after a snapshot, which leaves its name in `parent`, and with a lock. */
function touched(kind: ConfigPlace['kind'], before: ReadConfig, now: ReadConfig): boolean {
  const { set, remove, refused } = configChanges(kind, before.text, now.text);
  return Object.keys(set).length > 0 || remove.length > 0 || refused.some(({ key }) => keptByProxmox(kind, key) === undefined);
}
