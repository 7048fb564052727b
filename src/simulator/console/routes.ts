import { randomInt } from 'node:crypto';
import { permissionError } from '../access/check.ts';
import { Permissions } from '../access/index.ts';
import { ApiError, failure } from '../api/errors.ts';
import { splitList } from '../api/formats.ts';
import { integer, optional, string } from '../api/parameters.ts';
import type { Call, Route } from '../api/route.ts';
import { answeringNode } from '../nodes/answering.ts';
import type { Guest } from '../state/cluster.ts';
import type { Consoles, Worker, WorkerPlan } from './consoles.ts';
import { CONNECT, GUEST, NODE, ON_GUEST, ON_NODE, SHELL_COMMAND, SIZE, SPICE_PROXY, WEBSOCKET } from './parameters.ts';
import { containerProgram, guestOfCall, isMachine, nodeOfCall, nodeProgram, serialDisplay, serialProgram } from './targets.ts';
import { failedCommand, type Program, Termproxy } from './termproxy.ts';
import { Display } from './vnc/display.ts';

/** Eight characters from `!` to a backquote (PVE::Ticket::generate_vnc_password): as many as VNC authentication looks at. */
const vncPassword = (): string => Array.from({ length: 8 }, () => String.fromCharCode(randomInt('!'.charCodeAt(0), '`'.charCodeAt(0) + 1))).join('');

interface Place {
  readonly type: 'vncproxy' | 'vncshell';
  readonly id: string;
  readonly path: string;
  readonly privilege: 'VM.Console' | 'Sys.Console';
}

const guestPlace = ({ vmid }: Guest): Place => ({ type: 'vncproxy', id: String(vmid), path: `/vms/${vmid}`, privilege: 'VM.Console' });
const nodePlace = (node: string): Place => ({ type: 'vncshell', id: '', path: `/nodes/${node}`, privilege: 'Sys.Console' });

/** `user`, `ticket`, `port` and `upid` of a worker that speaks termproxy's protocol. */
function termproxy(consoles: Consoles, call: Call, { privilege, ...place }: Place, program: () => Program, command: string): Record<string, unknown> {
  const line = ({ port }: Worker): string => `/usr/bin/termproxy ${port} --path ${place.path} --perm ${privilege} --vncticket-endpoint --verify-port --ticket-fd 11 -- ${command}`;
  const { worker, upid } = consoles.start(call, {
    ...place,
    timedOut: (its) => failedCommand(line(its)),
    serve: (its, peer) => new Termproxy(peer, {
      program: program(),
      command: line(its),
      authenticate: (user, ticket) => ticket === its.ticket && consoles.tickets.check(ticket, { ...its.scope, user }) && call.may(place.path, [privilege]),
    }),
  });
  return { user: worker.scope.user, ticket: worker.ticket, port: worker.port, upid };
}

interface Vnc {
  /** Whether authentication goes by a password of its own, as websockets want it. */
  readonly generate: boolean;
  readonly program: () => Program;
  /** A machine's own display, which shows how it booted; otherwise a terminal that is drawn. */
  readonly boot: boolean;
  readonly timedOut: WorkerPlan['timedOut'];
}

/** The same for a worker that speaks RFB, with the password that its VNC authentication wants. */
function vncproxy(consoles: Consoles, call: Call, place: Place, { generate, program, boot, timedOut }: Vnc): Record<string, unknown> {
  const password = generate ? vncPassword() : undefined;
  const { worker, upid } = consoles.start(call, {
    ...place,
    timedOut,
    serve: ({ ticket }, peer) => {
      const its = program();
      if (isMachine(its)) return new Display(peer, { ...its, boot }, password ?? ticket);
      peer.end(boot ? 'Failed to run vncproxy.' : failedCommand('/usr/bin/vncterm'));
      return { receive: () => undefined, dispose: () => undefined };
    },
  });
  const pem = call.cluster.nodes.get(answeringNode(call.cluster))?.certificates.find(({ filename }) => filename === 'pve-root-ca.pem')?.['pem'];
  return {
    user: worker.scope.user, ticket: password === undefined ? worker.ticket : `${password}:${worker.ticket}`, port: worker.port, upid,
    cert: typeof pem === 'string' ? pem : '', ...(password === undefined ? {} : { password }),
  };
}

/** Checks the ticket and tells the port; the upgrade itself is the server's business. */
function connect(consoles: Consoles, call: Call, path: string): { port: string } {
  const port = Number(call.parameters['port']);
  const user = call.caller.tokenid ?? call.caller.userid;
  if (!consoles.tickets.check(String(call.parameters['vncticket']), { user, path, port })) throw new ApiError(401, 'permission denied - invalid PVEVNC ticket');
  return { port: String(port) };
}

/** A VM's display: its screen, or the serial port that stands in for it. */
function displayProgram(call: Call, guest: Guest): Program {
  const serial = serialDisplay(guest);
  return serial === undefined ? { ...containerProgram(call.cluster, guest), line: 'tty1' } : serialProgram(call.cluster, guest, serial);
}

const timedOut = (): string => 'connection timed out';

export function guestRoutes(consoles: Consoles): readonly Route[] {
  const common = { permissions: ON_GUEST, anywhere: true } as const;
  return [
    {
      ...common, method: 'POST', path: '/nodes/{node}/qemu/{vmid}/termproxy',
      parameters: { ...GUEST, serial: { type: 'string', enum: ['serial0', 'serial1', 'serial2', 'serial3'], optional: true } },
      run(call) {
        const guest = guestOfCall(call, 'qemu');
        const asked = call.parameters['serial'] === undefined ? serialDisplay(guest) : String(call.parameters['serial']);
        return termproxy(consoles, call, guestPlace(guest), () => serialProgram(call.cluster, guest, asked), `/usr/sbin/qm terminal ${guest.vmid} -escape 0${asked === undefined ? '' : ` -iface ${asked}`}`);
      },
    },
    {
      ...common, method: 'POST', path: '/nodes/{node}/lxc/{vmid}/termproxy', parameters: GUEST,
      run(call) {
        const guest = guestOfCall(call, 'lxc');
        return termproxy(consoles, call, guestPlace(guest), () => containerProgram(call.cluster, guest), `/usr/bin/dtach -A /var/run/dtach/vzctlconsole${guest.vmid} -r winch -z lxc-console -n ${guest.vmid} -e -1`);
      },
    },
    {
      ...common, method: 'POST', path: '/nodes/{node}/qemu/{vmid}/vncproxy',
      parameters: { ...GUEST, ...WEBSOCKET, 'generate-password': { type: 'boolean', optional: true, default: false } },
      run(call) {
        const guest = guestOfCall(call, 'qemu');
        const serial = serialDisplay(guest);
        const generate = serial === undefined || call.parameters['generate-password'] === true || call.parameters['websocket'] === true;
        return vncproxy(consoles, call, guestPlace(guest), { generate, program: () => displayProgram(call, guest), boot: serial === undefined, timedOut });
      },
    },
    {
      ...common, method: 'POST', path: '/nodes/{node}/lxc/{vmid}/vncproxy', parameters: { ...GUEST, ...WEBSOCKET, ...SIZE },
      run(call) {
        const guest = guestOfCall(call, 'lxc');
        return vncproxy(consoles, call, guestPlace(guest), { generate: call.parameters['websocket'] === true, program: () => containerProgram(call.cluster, guest), boot: false, timedOut });
      },
    },
    ...(['qemu', 'lxc'] as const).map((kind): Route => ({
      ...common, method: 'GET', path: `/nodes/{node}/${kind}/{vmid}/vncwebsocket`, parameters: { ...GUEST, ...CONNECT },
      run(call) {
        const answer = connect(consoles, call, `/vms/${call.parameters['vmid'] as number}`);
        if (kind === 'qemu') guestOfCall(call, kind);
        return answer;
      },
    })),
    ...(['qemu', 'lxc'] as const).map((kind): Route => ({
      method: 'POST', path: `/nodes/{node}/${kind}/{vmid}/spiceproxy`, permissions: ON_GUEST, parameters: { ...GUEST, ...SPICE_PROXY },
      run(call) {
        const guest = guestOfCall(call, kind);
        if (guest.power === 'stopped') throw failure(`${kind === 'qemu' ? 'VM' : 'CT'} ${guest.vmid} not running`);
        throw failure(kind === 'qemu' ? 'no spice port' : NO_SPICE_PORT);
      },
    })),
  ];
}

/** What termproxy asks itself before it lets a client in (`POST /access/vncticket`): anybody may, and learns nothing from a refusal. */
export function ticketRoute({ tickets }: Consoles): Route {
  return {
    method: 'POST', path: '/access/vncticket', permissions: { user: 'world' },
    parameters: {
      authid: string({ maxLength: 64 }), vncticket: string(), path: string({ maxLength: 64 }),
      privs: string({ format: 'pve-priv-list', maxLength: 64 }), port: optional(integer()),
    },
    run({ cluster: { access, pools }, parameters }) {
      const [user, path, privileges] = [String(parameters['authid']), String(parameters['path']), splitList(String(parameters['privs']))];
      const good = tickets.check(String(parameters['vncticket']), { user, path, port: Number(parameters['port']) })
        && privileges.length > 0 && new Permissions(access, pools).may(user, path, privileges);
      if (!good) throw new ApiError(401, 'authentication failure');
    },
  };
}

/** What Proxmox says when all ports for SPICE are taken: the simulated nodes have none. */
const NO_SPICE_PORT = 'unable to find free port (61000-61999)';

/** VNC and SPICE shells want a user, not a token, and root for anything but a login. */
function checkShellUser({ caller, parameters }: Call): void {
  if (caller.tokenid !== undefined) throw failure(`value '${caller.tokenid}' does not look like a valid user name`);
  const command = parameters['cmd'];
  if (command !== undefined && command !== 'login' && caller.userid !== 'root@pam') throw permissionError('user != root@pam');
}

export function nodeRoutes(consoles: Consoles): readonly Route[] {
  const common = { permissions: ON_NODE, anywhere: true } as const;
  return [
    {
      ...common, method: 'POST', path: '/nodes/{node}/termproxy', parameters: { ...NODE, ...SHELL_COMMAND },
      run(call) {
        const node = nodeOfCall(call);
        return termproxy(consoles, call, nodePlace(node.name), () => nodeProgram(call, node), '/bin/login -f root');
      },
    },
    {
      ...common, method: 'POST', path: '/nodes/{node}/vncshell', parameters: { ...NODE, ...SHELL_COMMAND, ...WEBSOCKET, ...SIZE },
      run(call) {
        checkShellUser(call);
        const node = nodeOfCall(call);
        return vncproxy(consoles, call, nodePlace(node.name), { generate: call.parameters['websocket'] === true, program: () => nodeProgram(call, node), boot: false, timedOut });
      },
    },
    { ...common, method: 'GET', path: '/nodes/{node}/vncwebsocket', parameters: { ...NODE, ...CONNECT }, run: (call) => connect(consoles, call, `/nodes/${String(call.parameters['node'])}`) },
    {
      method: 'POST', path: '/nodes/{node}/spiceshell', permissions: ON_NODE, parameters: { ...NODE, ...SPICE_PROXY, ...SHELL_COMMAND },
      run(call) {
        checkShellUser(call);
        throw failure(NO_SPICE_PORT);
      },
    },
  ];
}
