import { strict as assert } from 'node:assert';
import { beforeEach, describe, it } from 'mocha';
import { type InProcess, inProcess } from '../../../../support/in-process.ts';
import { Transcript } from './transcript.ts';

const VM = '/nodes/pve1/qemu/102';
const AGENT = `${VM}/agent`;

describe('the guest agent in a virtual machine', () => {
  let at: InProcess;
  let transcript: Transcript;
  beforeEach(() => {
    at = inProcess({ guests: 12 });
    transcript = new Transcript(at);
  });

  it('answers commands, runs programs and keeps files', () => {
    transcript.call('POST', `${AGENT}/ping`);
    transcript.call('GET', `${AGENT}/get-host-name`);
    transcript.call('POST', AGENT, { command: 'get-timezone' });
    transcript.call('POST', `${AGENT}/file-write`, { file: '/tmp/note', content: 'hello\n' });
    transcript.call('GET', `${AGENT}/file-read`, { file: '/tmp/note', count: 3 });
    transcript.call('GET', `${AGENT}/file-read`, { file: '/tmp/note', decode: 0 });
    transcript.call('GET', `${AGENT}/file-read`, { file: '/tmp/none' });
    transcript.call('POST', `${AGENT}/exec`, { command: ['frobnicate'] });
    const { pid } = at.call('POST', `${AGENT}/exec`, { command: ['sh', '-c', 'cat /tmp/note; frobnicate'] }) as { pid: number };
    transcript.note('sh -c "cat /tmp/note; frobnicate" is started, asked for twice, and once more');
    const ask = (): void => {
      const answer = ((): unknown => {
        try {
          return at.call('GET', `${AGENT}/exec-status`, { pid });
        } catch (error) {
          return (error as Error).message.replace(String(pid), '<pid>');
        }
      })();
      transcript.note(JSON.stringify(answer));
    };
    ask();
    at.clock.advance(1000);
    ask();
    ask();
    transcript.assertAsRecorded('agent');
  });

  it('takes next to nothing while the file systems are frozen', () => {
    transcript.call('POST', `${AGENT}/fsfreeze-freeze`);
    transcript.call('POST', `${AGENT}/fsfreeze-status`);
    transcript.call('POST', `${AGENT}/fstrim`);
    transcript.call('POST', `${AGENT}/exec`, { command: ['true'] });
    transcript.call('POST', `${AGENT}/fsfreeze-thaw`);
    transcript.call('POST', `${AGENT}/fsfreeze-status`);
    transcript.assertAsRecorded('frozen');
  });

  it('is missed where there is none', () => {
    transcript.call('POST', `${AGENT}/shutdown`);
    transcript.call('POST', `${AGENT}/ping`);
    at.clock.advance(10_000);
    transcript.call('POST', `${AGENT}/ping`);
    transcript.call('PUT', `${VM}/config`, { delete: 'agent' });
    transcript.call('POST', `${AGENT}/ping`);
    transcript.call('POST', '/nodes/pve1/qemu', { vmid: 900, agent: 1 });
    transcript.call('POST', '/nodes/pve1/qemu/900/status/start');
    transcript.call('GET', '/nodes/pve1/qemu/900/agent/get-fsinfo');
    transcript.assertAsRecorded('no-agent');
  });

  it('tells the same cards and sizes as the configuration', () => {
    const { net0 = '' } = at.call('GET', `${VM}/config`) as Record<string, string>;
    const { result } = at.call('GET', `${AGENT}/network-get-interfaces`) as { result: { name: string; 'hardware-address': string }[] };
    assert.ok(net0.toLowerCase().includes(result.find(({ name }) => name !== 'lo')?.['hardware-address'] ?? 'no card'));
    const { result: cpus } = at.call('GET', `${AGENT}/get-vcpus`) as { result: unknown[] };
    assert.equal(cpus.length, (at.call('GET', `${VM}/status/current`) as { cpus: number }).cpus);
  });
});

describe("a virtual machine's monitor", () => {
  it('answers whom it may and says what it does not have', () => {
    const at = inProcess({ guests: 12 });
    const transcript = new Transcript(at);
    const command = (line: string, user?: string): unknown => transcript.call('POST', `${VM}/monitor`, { command: line }, user === undefined ? {} : { user });
    command('info status');
    command('stop');
    command('info status', 'alice@pve');
    command('cont', 'carol@pve');
    command('device_add usb-tablet', 'alice@pve');
    command('frobnicate', 'alice@pve');
    command('frobnicate');
    command('savevm one');
    command('cont');
    transcript.call('PUT', `${VM}/sendkey`, { key: 'ctrl-alt-delete' });
    transcript.call('PUT', `${VM}/sendkey`, { key: 'any' });
    transcript.call('GET', `${VM}/status/current`, {}, { show: ['qmpstatus'] });
    transcript.assertAsRecorded('monitor');
  });
});

describe("a virtual machine's history", () => {
  it('is drawn from the numbers it lists', () => {
    const at = inProcess({ guests: 12 });
    const points = at.call('GET', `${VM}/rrddata`, { timeframe: 'hour' }) as Record<string, number>[];
    assert.ok(points.every(({ cpu = 0 }) => cpu > 0 && cpu <= 1));
    const { image, filename } = at.call('GET', `${VM}/rrd`, { timeframe: 'hour', ds: 'cpu,mem' }) as { image: string; filename: string };
    assert.equal(filename, '/var/lib/rrdcached/db/pve-vm-9.0/102_cpu_mem.png');
    assert.equal(image.slice(0, 8), '\x89PNG\r\n\x1a\n');
    assert.throws(() => at.call('GET', `${VM}/rrd`, { timeframe: 'hour', ds: 'nonsense' }), /No DS called 'nonsense'/);
  });
});
