import type { Call } from '../api/route.ts';

/** Stops the caller's running workers of that type on the guest (all of them with `Sys.Modify` on the node). @returns their UPIDs */
export function abortTasks(call: Call, type: string, vmid: number): string[] {
  const { tasks } = call.cluster;
  const caller = call.caller.tokenid ?? call.caller.userid;
  const all = call.may(`/nodes/${String(call.parameters['node'])}`, ['Sys.Modify']);
  return tasks
    .list()
    .filter((task) => task.endtime === undefined && task.type === type && task.id === String(vmid))
    .filter((task) => all || task.user === caller || task.user.split('!')[0] === caller)
    .filter((task) => tasks.stop(task.upid))
    .map((task) => task.upid);
}
