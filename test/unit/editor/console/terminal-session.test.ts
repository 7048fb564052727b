import { afterEach, beforeEach, describe, it } from 'mocha';
import { TerminalSession, type TerminalSource } from '../../../../src/editor/console/terminal-session.ts';
import { openTerminal, reopen } from '../../../../src/pve/console/index.ts';
import type { ConsoleTarget } from '../../../../src/pve/console/index.ts';
import { type ConsoleBench, consoleBench, Transcript } from '../../../support/consoles.ts';
import { type Relay, relayTo } from '../../../support/relay.ts';

describe('a terminal as a person has it', () => {
  let bench: ConsoleBench;
  let relay: Relay;
  let session: TerminalSession | undefined;
  beforeEach(async () => {
    bench = await consoleBench();
    relay = await relayTo(bench.url);
  });
  afterEach(async () => {
    session?.dispose();
    await relay.close();
    await bench.close();
  });

  /** @param now for how long the terminal has lived */
  function show(target: ConsoleTarget, fate: TerminalSource['fate'], now?: () => number): { readonly shown: Transcript; readonly closed: Promise<void> } {
    const client = bench.client('password', { endpoint: relay.url });
    let write: (text: string) => void = () => undefined;
    const shown = new Transcript({ listen: ({ onData }) => (write = (text) => onData(Buffer.from(text))) });
    const closed = new Promise<void>((resolve) => {
      session = new TerminalSession({
        name: 'proxy (105)', fate, open: (signal) => openTerminal(client, target, signal),
        reopen: (open, how) => reopen(open, { ...how, sleep: async () => undefined }),
      }, { write: (text) => write(text), close: resolve }, now);
    });
    session?.resize(100, 30);
    void session?.start();
    return { shown, closed };
  }
  const container = (): { kind: 'lxc'; node: string; vmid: number } => {
    const { vmid, node } = [...bench.cluster.guests.values()].find(({ kind, power }) => kind === 'lxc' && power === 'running')!;
    return { kind: 'lxc', node, vmid };
  };

  it('closes when its shell is left', async () => {
    const { shown, closed } = show({ kind: 'node', node: 'pve1' }, async () => 'over');
    await shown.until('# ');
    session?.input('stty size\r');
    await shown.until('30 100');
    session?.input('exit\r');
    await closed;
  });

  it('connects again when the connection breaks, with its size', async () => {
    const { shown } = show({ kind: 'node', node: 'pve1' }, async () => 'over');
    await shown.until('# ');
    relay.cut();
    await shown.until('Connection lost');
    await shown.until('Connected again.');
    await shown.until('# ');
    session?.input('stty size\r');
    await shown.until('30 100');
  });

  it('says what is wrong when it cannot, and tries again on Enter', async () => {
    const { shown } = show({ kind: 'node', node: 'pve1' }, async () => 'over');
    await shown.until('# ');
    relay.off = true;
    relay.cut();
    await shown.until('cannot be reached');
    await shown.until('Press Enter to connect again.');
    relay.off = false;
    session?.input('\r');
    await shown.until('# ');
  });

  it('waits for the person when the guest is off, and comes back by itself when it was restarted', async () => {
    const target = container();
    const guest = bench.cluster.guests.get(target.vmid)!;
    let fate: 'off' | 'running' = 'running';
    let now = 0;
    const { shown } = show(target, async () => fate, () => now);
    await shown.until('login: ');
    const stop = (): void => {
      guest.power = 'stopped';
    };
    now = 60_000;
    stop();
    fate = 'running';
    await shown.until('The console was closed. Connecting');
    guest.power = 'running';
    await shown.until('login: ');
    fate = 'off';
    stop();
    await shown.until('proxy (105) is not running. Press Enter');
  });
});
