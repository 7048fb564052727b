import { strict as assert } from 'node:assert';
import { after, before, describe, it } from 'mocha';
import { openDisplay } from '../../../../src/pve/console/index.ts';
import { answerChallenge } from '../../../../src/simulator/console/vnc/password.ts';
import { TextScreen } from '../../../../src/simulator/console/vnc/text-screen.ts';
import { type ConsoleBench, consoleBench } from '../../../support/consoles.ts';
import { RfbClient } from './rfb-client.ts';

describe('a display on the simulated cluster', () => {
  let bench: ConsoleBench;
  before(async () => {
    bench = await consoleBench();
  });
  after(() => bench.close());

  const connect = async (kind: 'qemu' | 'lxc'): Promise<{ rfb: RfbClient; password: string; ended: Promise<unknown>; upid: string; name: string }> => {
    const guest = [...bench.cluster.guests.values()].find((one) => one.kind === kind && one.power === 'running' && !one.config.current.get('ostype')?.startsWith('win'))!;
    const { socket, password } = await openDisplay(bench.client('token'), { kind, node: guest.node, vmid: guest.vmid });
    const rfb = new RfbClient((bytes) => socket.send(bytes));
    const ended = new Promise((resolve) => socket.listen({ onData: (bytes) => rfb.receive(bytes), onEnd: resolve }));
    return { rfb, password, ended, upid: socket.worker.upid, name: guest.config.current.get(kind === 'qemu' ? 'name' : 'hostname')! };
  };

  it('answers a challenge as VNC authentication does', () => {
    // What OpenSSL's DES makes of it with the bits of `password` mirrored byte by byte.
    assert.equal(answerChallenge(Buffer.from('00112233445566778899aabbccddeeff', 'hex'), 'password').toString('hex'), 'b7b9c87777661a7a2299733209bfdfce');
    assert.deepEqual(answerChallenge(Buffer.alloc(16), 'longer-than-eight'), answerChallenge(Buffer.alloc(16), 'longer-t'));
    assert.notDeepEqual(answerChallenge(Buffer.alloc(16), 'a'), answerChallenge(Buffer.alloc(16), 'b'));
  });

  it('shows a VM’s screen, and keys on it', async () => {
    const { rfb, password, name } = await connect('qemu');
    assert.equal(await rfb.authenticate(password), undefined);
    const { width, height, name: title } = await rfb.start();
    assert.deepEqual([width, height], [640, 400]);
    assert.match(title, new RegExp(`^QEMU \\(${name} \\(VM \\d+\\)\\)$`));
    rfb.request(false, width, height);
    const [whole] = await rfb.update();
    assert.equal(whole?.height, 400);
    assert.equal(whole.colours.size, 2, 'light on dark');
    assert.ok(Math.min(...whole.colours.values()) > 3000, 'there is something to read');
    rfb.request(true, width, height);
    rfb.key('r'.charCodeAt(0));
    const changed = await rfb.update();
    assert.deepEqual(changed.map(({ height: rows }) => rows), changed.map(() => 16), 'only the rows that changed are sent');
  });

  it('refuses another password', async () => {
    const { rfb, ended, upid } = await connect('lxc');
    assert.equal(await rfb.authenticate('another'), 'Authentication failed');
    await ended;
    assert.notEqual(bench.cluster.tasks.get(upid)?.exitstatus, undefined);
  });

  it('ends at once for a VM that is off', async () => {
    const guest = [...bench.cluster.guests.values()].find(({ kind, power, node }) => kind === 'qemu' && power === 'stopped' && bench.cluster.nodes.get(node)?.online)!;
    const { socket } = await openDisplay(bench.client('token'), { kind: 'qemu', node: guest.node, vmid: guest.vmid });
    await new Promise((resolve) => socket.listen({ onData: () => undefined, onEnd: resolve }));
    assert.equal(bench.cluster.tasks.get(socket.worker.upid)?.exitstatus, 'Failed to run vncproxy.');
  });
});

describe('a text screen', () => {
  it('wraps, scrolls below its head line and erases', () => {
    const screen = new TextScreen(5, 4, 1);
    screen.setRow(0, 'head', true);
    screen.write('abcdefg\r\none\r\ntwo\b\b\x1b[K');
    assert.deepEqual(screen.text(), ['head', 'fg', 'one', 't']);
    screen.takeChanges();
    screen.write('!');
    assert.deepEqual(screen.takeChanges(), [3]);
    screen.write('\x1b[H\x1b[2Jx');
    assert.deepEqual(screen.text(), ['head', 'x', '', '']);
  });
});
