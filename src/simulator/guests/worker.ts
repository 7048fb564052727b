import { ApiError } from '../api/errors.ts';
import type { Call } from '../api/route.ts';
import type { Cluster } from '../state/cluster.ts';
import type { TaskPlan } from '../state/tasks.ts';

/** What a worker does once it has begun: the plan's own part. */
export type Work = Pick<TaskPlan, 'duration' | 'log' | 'next' | 'finish' | 'abort'>;

/** Milliseconds until a worker that fails its first checks has ended. */
const FAILS_AFTER = 120;

/**
 * Starts a worker for the caller. `begin` is the worker's start: checks that Proxmox makes inside the worker belong there; what it
 * throws becomes the task's error, not the call's.
 * @returns the UPID
 */
export function startWorker(call: Call, where: { readonly node: string; readonly type: string; readonly id: string }, begin: () => Work): string {
  return startWorkerAs(call.cluster, call.caller.tokenid ?? call.caller.userid, where, begin);
}

/** As {@link startWorker} with the user named: for workers that a worker starts. */
export function startWorkerAs(
  cluster: Cluster,
  user: string,
  where: { readonly node: string; readonly type: string; readonly id: string },
  begin: () => Work,
): string {
  return cluster.tasks.start({ ...where, user, ...attempt(begin) });
}

function attempt(begin: () => Work): Work {
  try {
    return begin();
  } catch (error) {
    const message = taskMessage(error);
    return {
      duration: FAILS_AFTER,
      finish: () => {
        throw new Error(message);
      },
    };
  }
}

/** How an error reads as a task's exit status: parameter errors name the parameters, as PVE::Exception prints itself. */
export function taskMessage(error: unknown): string {
  if (!(error instanceof Error)) throw error;
  if (!(error instanceof ApiError)) throw error;
  if (error.errors === undefined) return error.status === 500 ? error.message : `${error.status} ${error.message}`;
  return [`${error.status} ${error.message}`, ...Object.entries(error.errors).map(([name, text]) => `${name}: ${text}`)].join('\n');
}
