import { oneOf } from '../api/parameters.ts';
import type { Call, Route } from '../api/route.ts';
import type { Node } from '../state/cluster.ts';
import { writeJournal } from './journal.ts';
import { AUDIT, index, MODIFY, NODE, nodeOf, userOf } from './parameters.ts';
import { SERVICE_NAMES } from './units.ts';

/** Without these the node could not be administered; `stop` is refused. */
const ESSENTIAL = new Set(['pveproxy', 'pvedaemon', 'pve-cluster']);

type Service = Node['services'] extends Map<string, infer S> ? S : never;
type Command = 'start' | 'stop' | 'restart' | 'reload';

/** `systemctl show`, as far as the API tells it. */
function told({ name, desc, state, unitState }: Service): Record<string, string> {
  return { service: name, name, desc, state, 'unit-state': unitState, 'active-state': state === 'running' ? 'active' : 'inactive' };
}

function serviceOf(call: Call): Service {
  const name = String(call.parameters['service']);
  return nodeOf(call).services.get(name) ?? { name, desc: `${name}.service`, state: 'dead', unitState: 'not-found' };
}

/** A command as systemctl knows it and as the journal tells of it. */
const COMMANDS: Readonly<Record<Command, { readonly systemctl: string; readonly doing: string; readonly after: Service['state'] }>> = {
  start: { systemctl: 'start', doing: 'starting', after: 'running' },
  stop: { systemctl: 'stop', doing: 'stopping', after: 'dead' },
  restart: { systemctl: 'restart', doing: 're-starting', after: 'running' },
  reload: { systemctl: 'try-reload-or-restart', doing: 'reloading', after: 'running' },
};

/** @returns the UPID of a worker `srv<command>` */
function control(command: Command): Route['run'] {
  const { systemctl, doing, after } = COMMANDS[command];
  return (call) => {
    const node = nodeOf(call);
    const { name, unitState, state } = serviceOf(call);
    const refused = command === 'stop' && ESSENTIAL.has(name);
    const missing = unitState === 'not-found';
    const upid = call.cluster.tasks.start({
      node: node.name, type: `srv${command}`, id: name, user: userOf(call), duration: refused || missing ? 100 : 1500,
      log: refused || !missing ? [] : [[0.5, `Failed to ${systemctl === 'try-reload-or-restart' ? 'reload-or-restart' : systemctl} ${name}.service: Unit ${name}.service not found.`]],
      finish: () => {
        if (refused) throw new Error(`invalid service cmd '${name} stop': refusing to stop essential service!`);
        if (missing) throw new Error(`command 'systemctl ${systemctl} ${name}' failed: exit code 5`);
        const service = node.services.get(name);
        // `try-reload-or-restart` leaves a unit alone that does not run.
        if (service !== undefined && !(command === 'reload' && state === 'dead')) service.state = after;
      },
    });
    writeJournal(call.cluster, node, `pvedaemon[${call.cluster.tasks.get(upid)?.pid ?? 1}]`, `${doing} service ${name}: ${upid}`);
    return upid;
  };
}

const ROOT = '/nodes/{node}/services';
const SERVICE = { service: oneOf(...SERVICE_NAMES) };
const ONE = { ...NODE, ...SERVICE };

export const serviceRoutes: readonly Route[] = [
  { method: 'GET', path: ROOT, permissions: AUDIT, parameters: NODE, run: (call) => [...nodeOf(call).services.values()].map(told) },
  index(`${ROOT}/{service}`, 'subdir', ['state', 'start', 'stop', 'restart', 'reload'], AUDIT, SERVICE),
  { method: 'GET', path: `${ROOT}/{service}/state`, permissions: AUDIT, parameters: ONE, run: (call) => told(serviceOf(call)) },
  ...(['start', 'stop', 'restart', 'reload'] as const).map((command): Route => ({ method: 'POST', path: `${ROOT}/{service}/${command}`, permissions: MODIFY, parameters: ONE, run: control(command) })),
];
