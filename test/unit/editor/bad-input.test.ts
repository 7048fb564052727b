import { strict as assert } from 'node:assert';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'mocha';
import type { ClientOptions, Connection } from '../../../src/pve/index.ts';
import { type ConnectedTree, connectTree } from '../../support/explorer.ts';
import { raw } from '../../support/https.ts';
import { type SpawnedSimulator, spawnSimulator } from '../../support/spawned-simulator.ts';
import { connectionTo, secretsOf } from '../pve/client/client.ts';
import { closeAll, closing, data, refuse, serve } from '../pve/client/server.ts';

describe('the explorer, given bad input', function () {
  this.timeout(30_000);
  let good: SpawnedSimulator;
  let folder: string;
  let opened: ConnectedTree | undefined;
  const started: SpawnedSimulator[] = [];
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bad-input-'));
    good = await spawnSimulator('--guests', '6');
  });
  after(async () => {
    await good.stop();
    await rm(folder, { recursive: true });
  });
  afterEach(async () => {
    await opened?.close();
    opened = undefined;
    for (const simulator of started.splice(0)) await simulator.stop();
    await closeAll();
  });

  const start = async (...args: string[]): Promise<SpawnedSimulator> => {
    const simulator = await spawnSimulator(...args);
    started.push(simulator);
    return simulator;
  };
  const to = (simulator: SpawnedSimulator, over: Partial<Connection> = {}): Connection => connectionTo([simulator.url], {
    authentication: { kind: 'token', tokenId: simulator.tokenId }, trust: { kind: 'fingerprint', sha256: simulator.fingerprint }, ...over,
  });

  /** Opens the tree with a good connection and a bad one beside it. */
  const open = async (bad: Connection, secret: string, options: ClientOptions = {}): Promise<ConnectedTree> => {
    opened = await connectTree([
      { connection: to(good, { id: 'good', name: 'Good' }), secrets: secretsOf(good.tokenSecret) },
      { connection: { ...bad, id: 'bad', name: 'Bad' }, secrets: secretsOf(secret), options },
    ]);
    await opened.refresh();
    return opened;
  };

  /** What the bad connection says, without what differs from run to run; the good one must be as it always is. */
  const saying = async (tree: ConnectedTree): Promise<string> => {
    assert.match(await tree.text(), /^Good {2}3 nodes · 6 guests$/m);
    assert.match(await tree.text('good'), /^pve1 {2}CPU.*\npve2 {2}CPU.*\npve3 {2}offline\n/);
    const [, head = ''] = (await tree.text()).split('\n');
    return `${head}\n${await tree.text('bad', 2)}`.replaceAll(/127\.0\.0\.1:\d+/g, 'HOST').replaceAll(/([0-9A-F]{2}:){31}[0-9A-F]{2}/g, 'FINGERPRINT');
  };

  it('says that a port is closed', async () => {
    const text = await saying(await open(connectionTo(['https://127.0.0.1:9']), 'secret'));
    assert.equal(text, [
      'Bad  Cannot be reached',
      'Cannot be reached  https://HOST cannot be reached: the connection was refused.',
      '  https://HOST cannot be reached: the connection was refused.',
      "  Check the port (Proxmox VE listens on 8006) and that the service pveproxy runs on the node.",
      '  Reconnect',
      '  Edit connection…',
    ].join('\n'));
  });

  it('says that a name does not exist', async () => {
    assert.match(await saying(await open(connectionTo(['https://pve.invalid:8006']), 'secret')), /Cannot be reached {2}https:\/\/pve\.invalid:8006 cannot be reached: its name could not be (found|looked up)/);
  });

  it('says that something is not a Proxmox VE', async () => {
    const server = await serve((_request, response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<html>router</html>'));
    assert.match(await saying(await open(connectionTo([server]), 'secret')), /^Not a Proxmox VE API {2}https:\/\/HOST answered GET \/cluster\/resources with a web page \(200\), so it is not a Proxmox VE API\.\n/m);
    const plain = createServer((_request, response) => response.end('hello'));
    const close = closing(plain, new Set());
    await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve));
    await opened?.close();
    assert.match(await saying(await open(connectionTo([`https://127.0.0.1:${(plain.address() as AddressInfo).port}`]), 'secret')), /does not speak TLS, so it is not a Proxmox VE API/);
    await close();
  });

  it('says that a token is wrong', async () => {
    const text = await saying(await open(to(await start('--guests', '4')), '00000000-0000-0000-0000-000000000000'));
    assert.match(text, /^Bad {2}Not signed in$/m);
    assert.match(text, /^ {2}Edit connection…$/m);
  });

  it('says that privileges are missing', async () => {
    const simulator = await start('--guests', '4');
    const api = (method: string, path: string, body: string): Promise<unknown> =>
      raw(`${simulator.url}/api2/json${path}`, { method, headers: { authorization: `PVEAPIToken=${simulator.tokenId}=${simulator.tokenSecret}`, 'content-type': 'application/x-www-form-urlencoded' } }, body);
    await api('POST', '/access/users', 'userid=new@pve&password=long-enough-1');
    const text = await saying(await open(to(simulator, { authentication: { kind: 'password', user: 'new@pve' } }), 'long-enough-1'));
    assert.match(text, /^No guests to see {2}none exist, or new@pve may not see them$/m);
    assert.match(text, /give it the role PVEAuditor on \/ under Datacenter › Permissions/);
  });

  it('shows both fingerprints when the certificate is not the one that was accepted', async () => {
    const text = await saying(await open(to(await start('--guests', '4'), { trust: { kind: 'fingerprint', sha256: good.fingerprint } }), 'secret'));
    assert.match(text, /^Certificate changed {2}https:\/\/HOST presents the certificate \(FINGERPRINT, .*, but FINGERPRINT was accepted for this connection\. Nothing was sent\.$/m);
    assert.match(text, /^ {2}Review certificate…$/m);
  });

  it('goes on when a ticket ends in the middle of a refresh', async () => {
    const faults = join(folder, 'expire.yaml');
    await writeFile(faults, 'faults:\n  - { path: /cluster/resources, expire-ticket: true, probability: 0.4 }\n');
    const simulator = await start('--guests', '4', '--faults', faults);
    const tree = await open(to(simulator, { authentication: { kind: 'password', user: simulator.user } }), simulator.password);
    for (let i = 0; i < 8; i++) await tree.refresh();
    assert.match(await tree.text(), /^Bad {2}.*3 nodes · 4 guests/m);
  });

  it('keeps what it knew, and says so, while answers are garbage, broken off or missing', async () => {
    let answer: 'good' | 'garbage' | 'list' | 'broken' | 'error' | 'hang' = 'good';
    const server = await serve((_request, response) => {
      const rows = [{ id: 'node/a', type: 'node', node: 'a', status: 'online' }, { id: 'qemu/100', type: 'qemu', vmid: 100, name: 'web', node: 'a', status: 'running', template: 0 }];
      if (answer === 'good') return data(response, rows);
      if (answer === 'garbage') return void response.writeHead(200).end('{"data":[{"id":"qemu/1');
      if (answer === 'list') return data(response, { not: 'a list' });
      if (answer === 'error') return refuse(response, 500, 'got timeout');
      if (answer === 'broken') return void response.writeHead(200, { 'content-length': 999 }).end('{"data":');
    });
    const tree = await open(connectionTo([server]), 'secret', { timeout: 1_000 });
    assert.match(await saying(tree), /^Bad {2}1 node · 1 guest\na/);
    for (answer of ['garbage', 'list', 'broken', 'error', 'hang'] as const) {
      await tree.refresh();
      const text = await saying(tree);
      assert.match(text, /^Bad {2}.+ · 1 node · 1 guest, as last seen$/m, answer);
      assert.match(text, /^a$/m, answer);
    }
    answer = 'good';
    await tree.refresh();
    assert.match(await saying(tree), /^Bad {2}1 node · 1 guest\na/);
  });

  it('leaves out rows that are not as Proxmox VE describes them, and shows the rest', async () => {
    const server = await serve((_request, response) => data(response, [
      null, 7, 'text', [], {}, { id: 5 }, { id: 'qemu/1', type: 'qemu', vmid: 'one', node: 'a' }, { id: 'what', type: 'unheard-of' },
      { id: 'node/a', type: 'node', node: 'a', status: 'online' }, { id: 'qemu/100', type: 'qemu', vmid: 100, name: 'web', node: 'a', status: 'on fire', template: 0, maxmem: -1 },
    ]));
    const tree = await open(connectionTo([server]), 'secret');
    assert.match(await saying(tree), /^Bad {2}1 node · 1 guest\na/);
  });

  it('shows control characters and markup in names as text', async () => {
    const name = '<img src=x onerror=alert(1)> **bold** [x](command:proxmox.refresh) $(flame)\n\u202eevil\u0007`code`';
    const server = await serve((_request, response) => data(response, [
      { id: 'node/a', type: 'node', node: 'a', status: 'online' },
      { id: 'qemu/100', type: 'qemu', vmid: 100, name, node: 'a', status: 'running', template: 0, tags: '<b>tag</b>;$(x)', pool: '<i>pool</i>', lock: '[l](command:x)' },
    ]));
    const tree = await open(connectionTo([server]), 'secret');
    const [node] = await tree.tree.children('bad');
    const [guest] = await tree.tree.children(node);
    assert.ok(guest);
    const { label, description, accessible } = tree.tree.item(guest);
    for (const text of [label, description, accessible ?? '']) assert.doesNotMatch(text, /\p{Cc}|\p{Cf}/u);
    const tooltip = tree.tree.tooltip(guest) ?? '';
    assert.doesNotMatch(tooltip, /(?<!\\)<|(?<!\\)\[x\]|(?<!\\)\$\(flame\)|\u202e/);
  });

  it('takes descriptions of 10 MB', async () => {
    const config = join(folder, 'big/nodes/pve1/qemu-server');
    await mkdir(config, { recursive: true });
    await writeFile(join(config, '100.conf'), `${`#${'x'.repeat(998)}\n`.repeat(10_000)}name: big\nmemory: 512\n`);
    const simulator = await start('--load', join(folder, 'big'));
    const tree = await open(to(simulator), simulator.tokenSecret);
    assert.match(await saying(tree), /100 big/);
  });

  it('tells of a node that goes down, and keeps the others', async () => {
    const simulator = await start('--guests', '12');
    const tree = await open(to(simulator), simulator.tokenSecret);
    assert.match(await saying(tree), /^pve2 {2}CPU/m);
    await raw(`${simulator.url}/api2/json/nodes/pve2/status`, { method: 'POST', headers: { authorization: `PVEAPIToken=${simulator.tokenId}=${simulator.tokenSecret}`, 'content-type': 'application/x-www-form-urlencoded' } }, 'command=shutdown');
    for (let i = 0; i < 100 && !/^pve2 {2}offline/m.test(await tree.text('bad')); i++) {
      await new Promise((resolve) => setTimeout(resolve, 200));
      await tree.refresh();
    }
    const text = await saying(tree);
    assert.match(text, /^pve1 {2}CPU/m);
    assert.match(text, /^pve2 {2}offline/m);
  });

  it('says what to do when something that was opened cannot be read', async () => {
    const faults = join(folder, 'content.yaml');
    await writeFile(faults, 'faults:\n  - { path: /nodes/*/storage/*/content, status: 595, message: No route to host }\n  - { path: /cluster/tasks, status: 403, message: "Permission check failed (/, Sys.Audit)" }\n');
    const simulator = await start('--guests', '4', '--faults', faults);
    const tree = await open(to(simulator), simulator.tokenSecret);
    const find = async (below: string, label: RegExp): Promise<string> => {
      for (const id of await tree.tree.children(below)) if (label.test(tree.tree.item(id).label)) return id;
      return assert.fail(`nothing like ${label} below ${below}: ${await tree.text(below)}`);
    };
    await saying(tree);
    const tasks = await tree.text(await find('bad', /^Tasks$/));
    assert.match(tasks, /Sys\.Audit/);
    const storage = await find(await find('bad', /^Storages$/), /^nas$/);
    assert.match(await tree.text(storage, 2), /the node that owns the object does not answer/);
  });
});
