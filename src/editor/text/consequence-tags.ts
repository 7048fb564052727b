import type { ConsequenceKind } from '../../changes/index.ts';

/** A few words for what a change means for what runs, and whether something is lost by it; undefined where nothing happens. */
export const consequenceTags: Readonly<Record<ConsequenceKind, { readonly tag: string; readonly grave: boolean } | undefined>> = {
  nothing: undefined,
  pending: { tag: 'at the next start', grave: false },
  fails: { tag: 'will be refused', grave: true },
  reboot: { tag: 'reboots', grave: false },
  restart: { tag: 'shut down and started', grave: false },
  'disk-lost': { tag: 'loses a disk', grave: true },
  recreated: { tag: 'destroyed and created anew', grave: true },
  destroyed: { tag: 'gone for good', grave: true },
};
