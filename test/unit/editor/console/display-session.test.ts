import { strict as assert } from 'node:assert';
import { after, before, describe, it } from 'mocha';
import type { ToPage } from '../../../../src/editor/console/display-messages.ts';
import { displayPage } from '../../../../src/editor/console/display-page.ts';
import { DisplaySession } from '../../../../src/editor/console/display-session.ts';
import { type ConsoleListener, type DisplayStream, openDisplay, reopen } from '../../../../src/pve/console/index.ts';
import { type ConsoleBench, consoleBench } from '../../../support/consoles.ts';
import { RfbClient } from '../../simulator/console/rfb-client.ts';
import { HostChannel } from '../../../../webview-ui/display/host-channel.ts';
import { keysymsOf } from '../../../../webview-ui/display/keysyms.ts';

describe('a display as a person has it', () => {
  let bench: ConsoleBench;
  before(async () => {
    bench = await consoleBench();
  });
  after(() => bench.close());

  it('hands RFB on between the cluster and the page, and tells how it stands', async () => {
    const guest = [...bench.cluster.guests.values()].find(({ kind, power }) => kind === 'qemu' && power === 'running')!;
    const states: string[] = [];
    const messages: ToPage[] = [];
    let wake: () => void = () => undefined;
    const rfb = new RfbClient((bytes) => session.receive({ type: 'data', channel: 1, bytes: new Uint8Array(bytes).slice().buffer }));
    const session = new DisplaySession({
      name: 'web', open: (signal) => openDisplay(bench.client('token'), { kind: 'qemu', node: guest.node, vmid: guest.vmid }, signal),
      isRunning: async () => guest.power === 'running', clipboard: async () => 'grüße\n', reopen,
    }, (message) => {
      messages.push(message);
      if (message.type === 'state') states.push(`${message.state.phase}: ${message.state.text}`);
      if (message.type === 'data') rfb.receive(new Uint8Array(message.bytes));
      wake();
    });
    const until = async (condition: () => boolean): Promise<void> => {
      while (!condition()) await new Promise<void>((resolve) => (wake = resolve));
    };
    session.receive({ type: 'ready' });
    await until(() => messages.some(({ type }) => type === 'opened'));
    const opened = messages.find((message) => message.type === 'opened')!;
    assert.equal(await rfb.authenticate(opened.type === 'opened' ? opened.password : ''), undefined);
    session.receive({ type: 'connected', channel: 1 });
    session.receive({ type: 'failed', channel: 7, reason: 'of an old connection' });
    session.receive({ type: 'paste' });
    await until(() => messages.some((message) => message.type === 'type' && message.text === 'grüße\n'));
    await rfb.start();
    guest.power = 'stopped';
    await until(() => states.length === 3);
    session.dispose();
    assert.deepEqual(states, ['connecting: Connecting to web …', 'connected: Connected to web', 'ended: web is not running.']);
  });

  it('has one connection when its page is loaded anew, however long the new one takes', async () => {
    const open = new Set<DisplayStream>();
    const waiting: PromiseWithResolvers<DisplayStream>[] = [];
    const states: string[] = [];
    const streamOf = (): DisplayStream => {
      const listeners: ConsoleListener[] = [];
      const stream: DisplayStream = {
        password: 'secret',
        socket: {
          worker: { port: 5900, ticket: 't', upid: '', user: '' }, listen: (listener) => void listeners.push(listener), send: () => undefined,
          dispose: () => {
            open.delete(stream);
            for (const { onEnd } of listeners.splice(0)) onEnd({ orderly: false });
          },
        },
      };
      open.add(stream);
      return stream;
    };
    const session = new DisplaySession({
      name: 'web', isRunning: () => Promise.resolve(true), clipboard: () => Promise.resolve(''), reopen: (again) => again(),
      open: () => {
        const opening = Promise.withResolvers<DisplayStream>();
        waiting.push(opening);
        return opening.promise;
      },
    }, (message) => void (message.type === 'state' && states.push(message.state.text)));
    session.receive({ type: 'ready' });
    waiting[0]?.resolve(streamOf());
    await new Promise((resolve) => setImmediate(resolve));
    // The panel was moved to a window of its own.
    session.receive({ type: 'ready' });
    await new Promise((resolve) => setImmediate(resolve));
    for (const { resolve } of waiting.slice(1)) resolve(streamOf());
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(open.size, 1);
    assert.deepEqual(states, ['Connecting to web …', 'Connecting to web …']);
    session.dispose();
    assert.equal(open.size, 0);
  });

  it('runs nothing but its own script', () => {
    const page = displayPage({ source: 'https://own.example', script: 'https://own.example/display.js', style: 'https://own.example/display.css' });
    assert.match(page, /content="default-src 'none'; script-src https:\/\/own\.example; style-src https:\/\/own\.example; img-src data:"/);
    assert.doesNotMatch(page, /unsafe|<script>|style="/);
  });
});

describe('the display’s page', () => {
  it('types text as keys', () => {
    assert.deepEqual(keysymsOf('aé€\r\n\t\u0007'), [0x61, 0xe9, 0x0100_20ac, 0xff0d, 0xff09]);
  });

  it('sends copies, and nothing after the end', () => {
    const sent: ArrayBuffer[] = [];
    const channel = new HostChannel((bytes) => sent.push(bytes));
    const buffer = new Uint8Array([1, 2, 3, 4]);
    channel.send(buffer.subarray(1, 3));
    buffer.fill(0);
    let closed = 0;
    channel.onclose = () => closed++;
    channel.close();
    channel.close();
    channel.send(buffer);
    assert.deepEqual(sent.map((bytes) => [...new Uint8Array(bytes)]), [[2, 3]]);
    assert.equal(closed, 1);
  });
});
