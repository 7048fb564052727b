import { strict as assert } from 'node:assert';
import { after, before, describe, it } from 'mocha';
import type { ConsequenceKind, Part } from '../../../../src/changes/index.ts';
import { type Case, cases, codeOf } from './reality-cases.ts';
import { partStates, Stage } from './stage.ts';

const FIRST = 6000;

/** The provider says of a root disk to the letter what is so anyway, in an order of its own; nobody waits for that. */
const unlike = (value: unknown, pending: unknown): boolean => {
  const [before, after] = [value, pending].map((text) => String(text).split(',').map((part) => part.replace(/^volume=/, '')).filter((part) => !/^(?:acl=0|quota=0|replicate=\d|size=.*)$/.test(part)).sort().join());
  return before !== after;
};

/** What can be seen of a guest from outside. */
interface Seen {
  readonly status: string;
  readonly pid: number;
  /** Options that wait for the next start. */
  readonly waiting: readonly string[];
  readonly unused: readonly string[];
  /** Volumes by their slot. */
  readonly volumes: Readonly<Record<string, string>>;
}

/**
 * The real provider applies one change to each of many guests that run; what the rule table said is compared with what became of them.
 */
describe('What a change means for a guest, said and done', function () {
  this.timeout(900_000);
  let stage: Stage;
  before(async () => {
    stage = await Stage.set('--pace', '0.02');
    // A container's features are root's business, and no token's.
    delete stage.environment['PROXMOX_VE_API_TOKEN'];
    Object.assign(stage.environment, { PROXMOX_VE_USERNAME: stage.simulator.user, PROXMOX_VE_PASSWORD: stage.simulator.password });
  });
  after(() => stage.strike());

  const vmidOf = (each: Case): number => FIRST + cases.indexOf(each);
  const pathOf = (each: Case): string => `/nodes/pve1/${each.label.startsWith('ct_') ? 'lxc' : 'qemu'}/${vmidOf(each)}`;
  const look = async (each: Case): Promise<Seen> => {
    const [{ status, pid }, config, pending] = (await Promise.all([
      stage.client.get(`${pathOf(each)}/status/current`), stage.client.get(`${pathOf(each)}/config`, each.label.startsWith('ct_') ? {} : { current: 1 }), stage.client.get(`${pathOf(each)}/pending`),
    ])) as [{ status: string; pid?: number }, Record<string, unknown>, { key: string; value?: unknown; pending?: unknown; delete?: unknown }[]];
    const slots = Object.entries(config).filter(([name]) => /^(?:scsi|virtio|sata|ide|efidisk|tpmstate|mp|unused)\d+$|^rootfs$/.test(name)).map(([name, value]) => [name, String(value).split(',')[0] ?? ''] as const);
    return {
      status, pid: pid ?? 0, waiting: pending.filter((row) => row.delete !== undefined || (row.pending !== undefined && unlike(row.value, row.pending))).map(({ key }) => key),
      unused: slots.filter(([name]) => name.startsWith('unused')).map(([, volume]) => volume), volumes: Object.fromEntries(slots.filter(([name]) => !name.startsWith('unused'))),
    };
  };
  /** Types of the tasks about a guest, since a time in seconds. */
  const tasks = async (each: Case, since: number): Promise<string[]> =>
    ((await stage.client.get('/nodes/pve1/tasks', { vmid: vmidOf(each), since, limit: 500, source: 'all' })) as { type: string; starttime: number }[]).map(({ type }) => type.replace(/^(?:qm|vz)/, ''));

  it('is the same for all that the table tells apart', async () => {
    const template = ((await stage.client.get('/nodes/pve1/storage/local/content', { content: 'vztmpl' })) as { volid: string }[]).map(({ volid }) => volid).find((volid) => volid.includes('debian'));
    assert.ok(template, 'The demo has no Debian template.');
    const code = (which: 'before' | 'after'): string => cases.map((each) => codeOf(each, each[which], vmidOf(each), template)).join('');
    const folder = await stage.project('reality', code('before'));
    const made = await (await stage.door.run(await stage.propose(folder), { safeguards: [] })).ended;
    assert.equal(made.state, 'succeeded', JSON.stringify(made.steps, undefined, 1).slice(0, 4000));
    // The provider leaves these off.
    for (const each of cases.filter(({ type }) => type === 'proxmox_vm')) await stage.client.post(`${pathOf(each)}/status/start`);
    while ((await Promise.all(cases.map(look))).some(({ status }) => status !== 'running')) await new Promise((resolve) => setTimeout(resolve, 200));

    const was = new Map(await Promise.all(cases.map(async (each) => [each, await look(each)] as const)));
    // Tasks are told apart by whole seconds.
    await new Promise((resolve) => setTimeout(resolve, 1100));
    const since = Math.floor(Date.now() / 1000);
    await stage.write(folder, code('after'));
    const proposal = await stage.propose(folder);
    const { confirmation } = await stage.door.decide(proposal);
    const ended = await (await stage.door.run(proposal, { safeguards: [], ...(confirmation === undefined ? {} : { typed: confirmation }) })).ended;
    const states = partStates(ended);
    const parts = new Map((proposal.steps[0]?.parts ?? []).map((part) => [part.id.replace(/^.*\./, ''), part]));

    const wrong: string[] = [];
    for (const each of cases) {
      const part = parts.get(each.label);
      const kinds = part === undefined ? ['not planned'] : said(part);
      const done = (await tasks(each, since)).reverse();
      const happened = states[each.label] === 'failed' ? 'fails' : await become(each, was.get(each)!, done);
      const error = Object.values(ended.steps)[0]?.parts?.[part?.id ?? '']?.error;
      if (kinds.join() !== each.expected.join() || kinds[0] !== happened) wrong.push(`${each.label}: expected ${each.expected.join()}; said ${kinds.join()}; happened ${happened} (${done.join()})${error === undefined ? '' : ` ${error}`}`);
      // Without its agent a VM is stopped at once, with it it is shut down; and that is what the words say.
      if (kinds[0] === 'restart' && each.type === 'proxmox_virtual_environment_vm' && happened === 'restart') {
        const hard = part?.consequences.some(({ text }) => text.includes('stopped at once')) === true;
        if (hard !== done.includes('stop') || hard === done.includes('shutdown')) wrong.push(`${each.label}: ${part?.consequences[0]?.text ?? ''} (${done.join()})`);
      }
    }
    assert.deepEqual(wrong, []);
  });

  const said = ({ consequences }: Part): string[] => (consequences.length === 0 ? ['nothing'] : consequences.map(({ kind }) => kind));

  async function become(each: Case, was: Seen, done: readonly string[]): Promise<ConsequenceKind> {
    if (done.includes('destroy')) return 'recreated';
    const now = await look(each);
    const gone = Object.keys(was.volumes).filter((slot) => !(slot in now.volumes) || was.volumes[slot] !== now.volumes[slot]).flatMap((slot) => was.volumes[slot] ?? []);
    if (gone.some((volume) => now.unused.includes(volume)) || now.waiting.some((option) => option in was.volumes && /^(?:sata|ide)\d/.test(option) && each.expected.includes('disk-lost'))) return 'disk-lost';
    if (done.includes('reboot')) return 'reboot';
    if (now.pid !== was.pid) return 'restart';
    return now.waiting.length > 0 ? 'pending' : 'nothing';
  }
});
