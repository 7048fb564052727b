import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { Refusal, type Wish } from '../../../../src/changes/index.ts';
import { propose } from '../../../../src/changes/propose/index.ts';
import { CreateForm, type CreateFormOptions } from '../../../../src/editor/create/create-form.ts';
import { FactsSource } from '../../../../src/editor/create/facts-source.ts';
import type { FieldView, FormView, FromPage, ToPage } from '../../../../src/editor/create/messages.ts';
import { PveError, type PveClient } from '../../../../src/pve/index.ts';
import { inProcess, type InProcess } from '../../../support/in-process.ts';
import { asking, circumstancesOf, clientOf, inventoryOf } from '../../changes/in-process-client.ts';

/** A form about the demo cluster, and the page's side of the conversation. */
class Conversation {
  readonly at: InProcess = inProcess();
  readonly told: ToPage[] = [];
  readonly wishes: (readonly Wish[])[] = [];
  readonly kept: string[] = [];
  readonly written: Parameters<CreateFormOptions['writeAsCode']>[0][] = [];
  readonly form: CreateForm;
  closed = false;
  client: PveClient = clientOf(this.at);
  answer: () => Promise<boolean> = () => Promise.resolve(true);
  #revision = 0;

  constructor(options: Partial<CreateFormOptions> = {}) {
    // One for as long as the form is open, as its panel has it.
    const source = new FactsSource(() => Promise.resolve(this.client), inventoryOf(this.at));
    this.form = new CreateForm({
      type: 'lxc', connection: 'Demo\u202e',
      facts: source,
      // What goes to a webview survives structured cloning.
      post: (message) => this.told.push(structuredClone(message)),
      keep: (secret) => `reference-${this.kept.push(secret)}`,
      review: (wishes) => {
        this.wishes.push(wishes);
        return this.answer();
      },
      writeAsCode: (guest) => {
        this.written.push(guest);
        return this.answer();
      },
      close: () => (this.closed = true),
      ...options,
    });
  }

  async say(message: FromPage): Promise<void> {
    await this.form.receive(structuredClone(message));
  }

  async give(answers: Readonly<Record<string, string | boolean>>): Promise<void> {
    for (const [field, value] of Object.entries(answers)) await this.say({ type: 'answer', revision: ++this.#revision, field, value });
  }

  get view(): FormView {
    const last = this.told.findLast((message) => message.type === 'form');
    assert.ok(last);
    return last.form;
  }

  field(id: string): FieldView {
    const field = this.view.sections.flatMap(({ fields }) => fields).find((each) => each.id === id);
    assert.ok(field, `the form has a field ${id}`);
    return field;
  }

  choices(id: string): readonly string[] {
    const field = this.field(id);
    assert.equal(field.kind, 'choice');
    return field.kind === 'choice' ? field.choices.map(({ label, group }) => (group === undefined ? label : `${group}: ${label}`)) : [];
  }

  get names(): readonly string[] {
    return this.view.sections.map(({ title, fields, folded }) => `${title}${folded ? ' (folded)' : ''}: ${fields.map(({ id }) => id).join(' ')}`);
  }
}

async function opened(options: Partial<CreateFormOptions> = {}): Promise<Conversation> {
  const conversation = new Conversation(options);
  await conversation.form.load();
  return conversation;
}

describe('the form that creates guests', () => {
  it('knows the cluster', async () => {
    const form = await opened();
    assert.equal(form.view.context, 'Demo‹U+202E›');
    assert.equal(form.view.busy, undefined);
    assert.deepEqual(form.view.problems, []);
    assert.deepEqual(form.choices('node'), ['pve1 · 52.5/128 GiB memory free · CPU 35 % of 32', 'pve2 · 41.9/128 GiB memory free · CPU 54 % of 32']);
    assert.deepEqual(form.choices('storage'), ['ceph · 9.5 TiB free · rbd, shared', 'local-lvm · 1.5 TiB free · lvmthin']);
    assert.deepEqual(form.choices('bridge'), ['vmbr0 · 10.20.0.11/16', 'vmbr1 · Internal, no uplink', 'No network card']);
    assert.equal(form.choices('template')[0], 'Templates on local: alpine-3.22-default_20250617_amd64.tar.xz · 3.2 MiB');
    assert.ok(form.choices('template').includes('To download: debian-13-standard_13.6-1_amd64.tar.zst'));
    assert.ok(!form.choices('template').includes('To download: ubuntu-24.04-standard_24.04-2_amd64.tar.zst'), 'what is there is not offered for download');
    const { value } = form.field('template') as { value: string };
    assert.equal(value, 'local:vztmpl/debian-13-standard_13.1-2_amd64.tar.zst');
    assert.equal((form.field('vmid') as { value: string }).value, String(form.at.call('GET', '/cluster/nextid')));
  });

  it('asks what matters, and the rest only of those who want to know', async () => {
    const form = await opened();
    assert.deepEqual(form.names, [
      'General: name node vmid', 'System: template', 'Access: password sshKeys', 'Resources: storage size cores memory', 'Network: bridge ipMode', 'Afterwards: start',
      'Advanced (folded): swap vlan firewall ip6Mode nameserver searchDomain unprivileged nesting startAtBoot pool tags description',
    ]);
    await form.give({ ipMode: 'static', template: '+alpine-3.23-default_20260116_amd64.tar.xz' });
    assert.ok(form.names.includes('System: template templateStorage') && form.names.includes('Network: bridge ipMode ip gateway'));
    const vm = await opened({ type: 'qemu', node: 'pve2' });
    assert.equal((vm.field('node') as { value: string }).value, 'pve2');
    assert.ok(vm.names.includes('Cloud-init: cloudInit'));
    await vm.give({ cloudInit: true });
    assert.ok(vm.names.includes('Cloud-init: cloudInit user password sshKeys ipMode'));
    assert.ok(vm.choices('source').includes('ISO images on nas: debian-13.2.0-amd64-netinst.iso · 748 MiB'));
  });

  it('makes a proposal of two answers, with the password as a reference only', async () => {
    const form = await opened();
    await form.give({ name: 'web-1', password: 'very secret' });
    assert.equal(form.view.missing, '');
    await form.say({ type: 'review' });
    assert.deepEqual(form.kept, ['very secret']);
    assert.ok(form.closed);
    const [wishes = []] = form.wishes;
    assert.ok(!JSON.stringify(wishes).includes('very secret') && !JSON.stringify(form.told).includes('very secret'), 'the password comes back nowhere');
    assert.equal(form.field('password').kind === 'password' && (form.field('password') as { present: boolean }).present, true);
    const proposal = propose(asking, wishes, await circumstancesOf(form.at, wishes));
    assert.match(proposal.summary, /^Create container \d+ \(web-1\) on pve1 and start it$/);
    assert.deepEqual(proposal.steps[0]?.parameters['password'], { $secret: 'reference-1' });
  });

  it('gives the same answers to be written as code, and keeps no password for that', async () => {
    const form = await opened();
    await form.say({ type: 'write' });
    assert.deepEqual([form.written, form.told.at(-1)], [[], { type: 'focus', field: 'name' }], 'it is checked as what is created');
    await form.give({ name: 'web-1', password: 'very secret' });
    form.answer = () => Promise.resolve(false);
    await form.say({ type: 'write' });
    assert.deepEqual([form.closed, form.view.busy, form.kept, form.wishes], [false, undefined, [], []]);
    const [guest] = form.written;
    assert.ok(!JSON.stringify([guest, form.told]).includes('very secret'), 'the password goes nowhere');
    assert.ok(guest?.answers.type === 'lxc' && guest.answers.password !== undefined && guest.appliances.length > 0);
    assert.deepEqual([await guest.isFree?.(100), await guest.isFree?.(guest.answers.vmid)], [false, true]);
    form.answer = () => Promise.resolve(true);
    await form.give({ vmid: '5000' });
    await form.say({ type: 'write' });
    assert.deepEqual([form.closed, form.written[1]?.answers.vmid, form.written[1]?.isFree], [true, 5000, undefined], 'a VMID that was chosen stays');
  });

  it('downloads the template first', async () => {
    const form = await opened();
    await form.give({ name: 'new', password: 'secret', template: '+alpine-3.23-default_20260116_amd64.tar.xz', templateStorage: 'local' });
    await form.say({ type: 'review' });
    const [wishes = []] = form.wishes;
    const { steps } = propose(asking, wishes, await circumstancesOf(form.at, wishes));
    assert.deepEqual(steps.map(({ operation, after }) => [operation, after]), [['storage.download-template', []], ['guest.create', [steps[0]?.id]]]);
  });

  it('tells what is missing when it is sent off, and where', async () => {
    const form = await opened();
    assert.equal(form.field('name').message, undefined, 'nobody is told off for a form that just opened');
    await form.say({ type: 'review' });
    assert.deepEqual(form.wishes, []);
    assert.match(form.field('name').message?.text ?? '', /needs a host name/);
    assert.match(form.field('password').message?.text ?? '', /password or an SSH key/);
    assert.deepEqual(form.told.at(-1), { type: 'focus', field: 'name' });
    assert.equal(form.view.missing, '2 answers are missing or wrong.');
  });

  it('tells at once of a name that cannot be, and of what was left wrong', async () => {
    const form = await opened();
    await form.give({ name: 'web_1', ipMode: 'static', ip: '10.20.0.5' });
    assert.match(form.field('name').message?.text ?? '', /Letters/);
    assert.equal(form.field('ip').message, undefined, 'an address is not wrong while it is typed');
    await form.say({ type: 'left', field: 'ip' });
    assert.match(form.field('ip').message?.text ?? '', /prefix is missing/);
  });

  it('asks the cluster about a VMID, also one of a guest that cannot be seen', async () => {
    const form = await opened();
    const hidden = { ...form.client, get: (path: string, parameters?: Readonly<Record<string, unknown>>) => (path === '/cluster/nextid' && parameters?.['vmid'] === 5000 ? Promise.reject(new PveError({ kind: 'bad-parameter', message: 'VM 5000 already exists' })) : clientOf(form.at).get(path, parameters as Record<string, number>)) };
    form.client = hidden;
    await form.give({ vmid: '100' });
    assert.match(form.field('vmid').message?.text ?? '', /^100 is taken by (VM|container) 100/);
    await form.give({ vmid: '5000' });
    for (let tries = 0; form.field('vmid').message === undefined && tries < 100; tries++) await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal(form.field('vmid').message?.text, '5000 is taken by another guest.');
  });

  it('takes another VMID when the one it offered has been taken meanwhile', async () => {
    const form = await opened();
    const offered = Number((form.field('vmid') as { value: string }).value);
    form.at.call('POST', '/nodes/pve1/qemu', { vmid: offered, name: 'faster' });
    await form.give({ name: 'web-1', password: 'secret' });
    await form.say({ type: 'review' });
    const target = form.wishes[0]?.[0]?.target;
    assert.equal(target?.kind === 'guest' && target.vmid, offered + 1);
  });

  it('asks a node about itself when it is chosen', async () => {
    const form = await opened();
    await form.give({ name: 'web-1', node: 'pve2', storage: 'local-lvm' });
    assert.ok(form.told.some((message) => message.type === 'form' && message.form.busy === 'Asking pve2…'));
    assert.equal(form.view.busy, undefined);
    assert.equal(form.choices('bridge')[0], 'vmbr0 · 10.20.0.12/16');
    assert.equal((form.field('name') as { value: string }).value, 'web-1');
  });

  it('shows why nothing was proposed, and goes on', async () => {
    const form = await opened();
    await form.give({ name: 'web-1', password: 'secret' });
    form.answer = () => Promise.reject(new Refusal(['The policy says no.']));
    await form.say({ type: 'review' });
    assert.deepEqual([form.view.problems, form.view.busy, form.closed], [['The policy says no.'], undefined, false]);
    form.answer = () => Promise.resolve(false);
    await form.say({ type: 'review' });
    assert.deepEqual([form.view.problems, form.closed, form.wishes.length], [[], false, 2], 'a review that was cancelled leaves the form');
  });

  it('says that the cluster does not answer, and asks again', async () => {
    const form = new Conversation();
    form.client = { ...clientOf(form.at), get: () => Promise.reject(new PveError({ kind: 'unreachable', message: 'Demo cannot be reached.', advice: 'Look at the network.' })) };
    await form.form.load();
    assert.deepEqual([form.view.problems, form.view.retry], [['Demo cannot be reached.', 'Look at the network.'], true]);
    form.client = clientOf(form.at);
    await form.say({ type: 'retry' });
    assert.deepEqual([form.view.problems, form.view.retry], [[], false]);
    assert.ok(form.choices('template').length > 3);
  });

  it('goes on with the client that its connection has by then, when the one before was given up', async () => {
    const form = new Conversation();
    await form.form.load();
    // Renamed in the settings while the form is open: nothing is asked with the old client any more.
    const gone = form.client;
    form.client = clientOf(form.at);
    Object.assign(gone, { get: () => Promise.reject(new PveError({ kind: 'cancelled', message: 'The request was cancelled.' })) });
    await form.give({ node: 'pve2', name: 'web-1', password: 'secret' });
    await form.say({ type: 'review' });
    assert.deepEqual([form.view.problems, form.wishes.length], [[], 1]);
  });

  it('is of use when a part cannot be read', async () => {
    const form = new Conversation();
    const whole = form.client;
    form.client = { ...whole, get: (path, parameters) => (path.endsWith('/aplinfo') ? Promise.reject(new PveError({ kind: 'forbidden', message: 'Permission check failed.' })) : whole.get(path, parameters)) };
    await form.form.load();
    assert.deepEqual(form.view.problems, ['The list of templates to download could not be read: Permission check failed.']);
    await form.give({ name: 'web-1', password: 'secret' });
    await form.say({ type: 'review' });
    assert.equal(form.wishes.length, 1);
  });
});
