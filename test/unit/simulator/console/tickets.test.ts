import { strict as assert } from 'node:assert';
import { after, before, describe, it } from 'mocha';
import { WebSocket } from 'ws';
import type { ApiError } from '../../../../src/simulator/api/errors.ts';
import { type ConsoleBench, consoleBench } from '../../../support/consoles.ts';
import { inProcess, TestClock } from '../../../support/in-process.ts';

interface Answer {
  readonly user: string;
  readonly ticket: string;
  readonly port: number;
  readonly upid: string;
  readonly password?: string;
}

describe('console tickets', () => {
  const clock = new TestClock();
  let bench: ConsoleBench;
  before(async () => {
    bench = await consoleBench(clock);
  });
  after(() => bench.close());

  const start = async (path = '/nodes/pve1/termproxy'): Promise<Answer> => (await bench.client('token').post(path)) as Answer;
  /** What an upgrade ends with: `open`, or the status and reason. */
  const upgrade = ({ port, ticket }: Pick<Answer, 'port' | 'ticket'>, node = 'pve1', first?: string): Promise<string> =>
    new Promise((resolve) => {
      const { tokenId, tokenSecret } = bench.credentials;
      const socket = new WebSocket(`${bench.url.replace('https', 'wss')}/api2/json/nodes/${node}/vncwebsocket?port=${port}&vncticket=${encodeURIComponent(ticket)}`, 'binary', {
        rejectUnauthorized: false, headers: { authorization: `PVEAPIToken=${tokenId}=${tokenSecret}` },
      });
      let open = false;
      socket.on('open', () => {
        open = true;
        if (first !== undefined) socket.send(first);
      });
      socket.on('message', (data: Buffer) => {
        resolve(data.toString());
        socket.terminate();
      });
      socket.on('unexpected-response', (_request, answer) => {
        resolve(`${answer.statusCode} ${answer.statusMessage}`);
        socket.terminate();
      });
      socket.on('close', () => resolve(open ? 'closed' : 'refused'));
      socket.on('error', () => undefined);
    });

  it('have Proxmox’s form, and their worker its port', async () => {
    const { user, ticket, port, upid } = await start();
    assert.equal(user, bench.credentials.tokenId);
    assert.match(ticket, /^PVEVNC:[0-9A-F]{8}::[A-Za-z0-9+/=]+$/);
    assert.ok(port >= 5900 && port <= 5999);
    assert.match(upid, /^UPID:pve1:.*:vncshell::/);
    const other = await start();
    assert.notEqual(other.port, port);
  });

  it('open their own port on their own path only, for forty seconds', async () => {
    const mine = await start();
    const other = await start();
    assert.equal(await upgrade({ ...mine, ticket: other.ticket }), '401 permission denied - invalid PVEVNC ticket');
    assert.equal(await upgrade(mine, 'pve2'), '401 permission denied - invalid PVEVNC ticket');
    assert.equal(await upgrade(mine, 'pve1', `${mine.user}:${mine.ticket}\n`), 'OK');
    clock.advance(41_000);
    assert.equal(await upgrade(mine), '401 permission denied - invalid PVEVNC ticket');
  });

  it('are looked at once more by the worker', async () => {
    for (const line of ['root@pam:nonsense', 'nobody']) {
      const worker = await start();
      assert.equal(await upgrade(worker, 'pve1', `${line}\n`), 'closed');
      assert.match(bench.cluster.tasks.get(worker.upid)?.exitstatus ?? '', /failed: exit code 1$/);
    }
  });

  it('let one client in, in time', async () => {
    const late = await start();
    clock.advance(11_000);
    assert.match(bench.cluster.tasks.get(late.upid)?.exitstatus ?? '', /termproxy .* failed: exit code 1$/);
    assert.equal(await upgrade(late), 'closed', 'nobody listens there any more');
  });

  it('need the privilege, for the guest and in both steps', () => {
    const { call, cluster } = inProcess();
    const guest = [...cluster.guests.values()].find(({ kind }) => kind === 'lxc')!;
    const path = `/nodes/${guest.node}/lxc/${guest.vmid}`;
    cluster.access.users.set('eve@pve', { ...cluster.access.users.get('root@pam')!, tokens: new Map() });
    const refused = (method: string, below: string, parameters = {}): string => {
      try {
        call(method, path + below, parameters, 'eve@pve');
      } catch (error) {
        return `${(error as ApiError).status} ${(error as ApiError).message}`;
      }
      return 'let in';
    };
    assert.equal(refused('POST', '/termproxy'), `403 Permission check failed (/vms/${guest.vmid}, VM.Console)`);
    assert.equal(refused('POST', '/vncproxy', { websocket: true }), `403 Permission check failed (/vms/${guest.vmid}, VM.Console)`);
    assert.equal(refused('GET', '/vncwebsocket', { port: 5900, vncticket: 'PVEVNC:x' }), `403 Permission check failed (/vms/${guest.vmid}, VM.Console)`);
  });

  it('can be asked about by whoever serves a console', () => {
    const { call } = inProcess();
    const { user, ticket, port } = call('POST', '/nodes/pve1/termproxy') as Answer;
    const asked = { authid: user, vncticket: ticket, path: '/nodes/pve1', privs: 'Sys.Console', port };
    assert.equal(call('POST', '/access/vncticket', asked), null);
    for (const wrong of [{ port: port + 1 }, { path: '/nodes/pve2' }, { authid: 'nobody@pve' }, { vncticket: `${ticket}x` }]) {
      assert.throws(() => call('POST', '/access/vncticket', { ...asked, ...wrong }), { status: 401, message: 'authentication failure' });
    }
  });

  it('carry the password of VNC in front where there is one', () => {
    const { call, cluster } = inProcess();
    const vm = [...cluster.guests.values()].find(({ kind }) => kind === 'qemu')!;
    const answer = call('POST', `/nodes/${vm.node}/qemu/${vm.vmid}/vncproxy`) as Answer;
    assert.match(answer.password ?? '', /^[!-`]{8}$/);
    assert.equal(answer.ticket.slice(0, 9), `${answer.password}:`);
    assert.deepEqual(call('GET', `/nodes/${vm.node}/qemu/${vm.vmid}/vncwebsocket`, { port: answer.port, vncticket: answer.ticket }), { port: String(answer.port) });
    assert.equal((call('POST', `/nodes/pve1/vncshell`) as Answer).password, undefined);
  });

  it('are not given for SPICE, which nothing here serves', () => {
    const { call, cluster, credentials } = inProcess();
    const vm = [...cluster.guests.values()].find(({ kind, power }) => kind === 'qemu' && power === 'running')!;
    assert.throws(() => call('POST', `/nodes/${vm.node}/qemu/${vm.vmid}/spiceproxy`), { status: 500, message: 'no spice port' });
    assert.throws(() => call('POST', '/nodes/pve1/spiceshell'), { status: 500, message: 'unable to find free port (61000-61999)' });
    assert.throws(() => call('POST', '/nodes/pve1/vncshell', {}, credentials.tokenId), { status: 500, message: `value '${credentials.tokenId}' does not look like a valid user name` });
  });
});
