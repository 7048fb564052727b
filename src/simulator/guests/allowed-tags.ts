import type { Call } from '../api/route.ts';
import type { Cluster } from '../state/cluster.ts';

export const splitTags = (text: string | undefined): string[] => (text ?? '').split(/[;,\s]+/).filter((tag) => tag !== '');

/** `user-tag-access` of datacenter.cfg: how far users may choose tags, and the tags listed for them. */
export function tagAccess(cluster: Cluster): { readonly allow: string; readonly listed: readonly string[] } {
  const access = new Map((cluster.options.get('user-tag-access') ?? '').split(',').map((part) => part.split('=') as [string, string]));
  const allow = access.get('user-allow') ?? 'free';
  return { allow, listed: allow === 'none' ? [] : splitTags(access.get('user-allow-list')) };
}

/**
 * Tags the caller may set (PVE::GuestHelpers::get_allowed_tags): the listed ones, those in use on guests that the caller may see, and the
 * registered ones only for those who may configure the datacenter.
 */
export function allowedTags(call: Call): string[] {
  const { cluster } = call;
  const privileged = call.may('/', ['Sys.Modify']);
  const { allow, listed } = tagAccess(cluster);
  const tags = new Set(listed);
  if (privileged || (allow !== 'list' && allow !== 'none')) for (const tag of tagsInUse(call, privileged)) tags.add(tag);
  for (const tag of splitTags(cluster.options.get('registered-tags'))) {
    if (privileged) tags.add(tag);
    else tags.delete(tag);
  }
  return [...tags];
}

function* tagsInUse(call: Call, everywhere: boolean): Generator<string> {
  for (const guest of call.cluster.guests.values()) {
    const tags = guest.config.current.get('tags');
    if (tags !== undefined && (everywhere || call.may(`/vms/${guest.vmid}`, ['VM.Audit']))) yield* splitTags(tags);
  }
}
