import { answeringNode } from '../nodes/answering.ts';
import { utcOffset } from '../nodes/journal.ts';
import type { Cluster } from '../state/cluster.ts';
import { nextEvent, parseCalendarEvent } from './calendar-event.ts';

/**
 * When a schedule comes next, in the time zone of the node that answers. Both in seconds since the epoch.
 * @param last the time to look from; default now
 * @param node whose time zone; default the one that answers
 */
export function nextRun(cluster: Cluster, schedule: string, last = Math.floor(cluster.clock.now() / 1000), node = answeringNode(cluster)): number | undefined {
  const timezone = cluster.nodes.get(node)?.timezone ?? 'UTC';
  return nextEvent(parseCalendarEvent(schedule), last, (at) => utcOffset(at, timezone));
}
