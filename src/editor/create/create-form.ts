import type { Disposable } from '../../base/index.ts';
import { Refusal, type Wish } from '../../changes/index.ts';
import { check, type Checked, type CreateAnswers, type ClusterFacts, type Field, type Given, type GuestType, nodeOf, type NodeFacts, type Values, valuesOf, wishesOf, withAnswer } from '../../changes/create/index.ts';
import { PveError } from '../../pve/index.ts';
import type { NewGuest } from '../terraform/index.ts';
import type { FactsSource } from './facts-source.ts';
import { fieldsOf, formView } from './form-view.ts';
import type { FromPage, ToPage } from './messages.ts';

export interface CreateFormOptions {
  readonly type: GuestType;
  /** What the connection is called. */
  readonly connection: string;
  /** The node that the command was about. */
  readonly node?: string | undefined;
  readonly facts: Pick<FactsSource, 'cluster' | 'node' | 'holderOf'>;
  readonly post: (message: ToPage) => void;
  /** Keeps a secret in memory. @returns its reference */
  readonly keep: (secret: string) => string;
  /** Proposes and reviews. Resolves with whether the guest is there now. @throws Refusal, PveError */
  readonly review: (wishes: readonly Wish[]) => Promise<boolean>;
  /** Adds the guest to a Terraform project. Resolves with whether it was written. @throws Error, PveError */
  readonly writeAsCode: (guest: Omit<NewGuest, 'connectionId'>) => Promise<boolean>;
  readonly close: () => void;
}

/** What becomes of the answers. */
interface Sending {
  /** What is told before and after the answers are ready. */
  readonly doing: string;
  readonly waiting: string;
  /** @returns the reference that stands for the password */
  readonly keep: (password: string) => string;
  /** Resolves with whether the form has done its work. */
  readonly send: (answers: CreateAnswers) => Promise<boolean>;
}

/** Milliseconds after the last digit until the cluster is asked about a VMID. */
const PAUSE = 250;
/** What is told of these need not wait until they are left: they are right from the start, and typed in a moment. */
const AT_ONCE: ReadonlySet<Field> = new Set(['node', 'vmid', 'cores', 'memory', 'swap', 'storage', 'size', 'vlan', 'template', 'templateStorage', 'cloudInitStorage']);
const UNKNOWN: ClusterFacts = { nodes: [], pools: [], taken: new Map(), nextId: undefined };

/** One form: what is known, what has been answered, and what is to be said about it. */
export class CreateForm implements Disposable {
  readonly #options: CreateFormOptions;
  readonly #told = new Set<string>();
  readonly #gone = new AbortController();
  #cluster = UNKNOWN;
  #facts: NodeFacts | undefined;
  #given: Given;
  #revision = 0;
  #tried = false;
  #problems: readonly string[] = [];
  #busy: string | undefined;
  #asking: AbortController | undefined;
  #due: NodeJS.Timeout | undefined;

  constructor(options: CreateFormOptions) {
    this.#options = options;
    this.#given = options.node === undefined ? {} : { node: options.node };
  }

  /** Asks the cluster everything anew. Never rejects: what went wrong is shown. */
  async load(): Promise<void> {
    this.#busy = 'Asking the cluster…';
    this.#problems = [];
    this.#show();
    try {
      this.#cluster = await this.#options.facts.cluster(this.#gone.signal);
    } catch (error) {
      return this.#stopped(error);
    }
    await this.#loadNode();
  }

  async receive(message: FromPage): Promise<void> {
    switch (message.type) {
      case 'ready': return this.#show();
      case 'close': return this.#options.close();
      case 'retry': return await this.load();
      case 'left': {
        this.#told.add(message.field);
        return this.#show();
      }
      case 'answer': return await this.#take(message.field, message.value, message.revision);
      case 'review': return await this.#sendOff({ doing: 'Making a proposal…', waiting: 'It is being reviewed.', keep: this.#options.keep, send: (answers) => this.#options.review(wishesOf(answers)) });
      // Code only names the variable that has the password: it is not even kept in memory.
      case 'write': return await this.#sendOff({ doing: 'Looking for a VMID…', waiting: 'It is being written as Terraform.', keep: () => '', send: (answers) => this.#write(answers) });
    }
  }

  dispose(): void {
    this.#gone.abort();
    this.#asking?.abort();
    clearTimeout(this.#due);
  }

  async #take(field: string, value: string | boolean, revision: number): Promise<void> {
    const before = this.#values;
    this.#given = withAnswer(this.#given, field, value);
    this.#revision = revision;
    this.#problems = this.#facts === undefined ? this.#problems : [];
    if (field === 'vmid') this.#checkVmidSoon();
    if (field === 'node' && this.#values.node !== before.node) return await this.#loadNode();
    this.#show();
  }

  get #values(): Values {
    return valuesOf(this.#options.type, this.#given, this.#cluster, this.#facts);
  }

  #check(values: Values, reference = ''): Checked {
    return check(this.#options.type, values, this.#cluster, this.#facts, { $secret: reference });
  }

  async #loadNode(): Promise<void> {
    this.#asking?.abort();
    const asking = (this.#asking = new AbortController());
    const node = nodeOf(this.#given, this.#cluster);
    this.#facts = undefined;
    this.#problems = [];
    if (node === '') return this.#stopped('No node of the cluster answers.');
    this.#busy = `Asking ${node}…`;
    this.#show();
    try {
      const facts = await this.#options.facts.node(node, AbortSignal.any([asking.signal, this.#gone.signal]));
      if (asking.signal.aborted) return;
      this.#facts = facts;
      this.#busy = undefined;
      this.#show();
    } catch (error) {
      if (!asking.signal.aborted) this.#stopped(error);
    }
  }

  #checkVmidSoon(): void {
    clearTimeout(this.#due);
    // Without an answer the question is asked once more before the review.
    this.#due = setTimeout(() => void this.#checkVmid(this.#values.vmid).then(() => this.#show(), () => undefined), PAUSE);
  }

  /** Makes a note of a VMID that is taken. @throws PveError */
  async #checkVmid(text: string): Promise<void> {
    const vmid = Number(text);
    if (!/^\d{3,9}$/.test(text) || vmid < 100 || this.#cluster.taken.has(vmid)) return;
    const holder = await this.#options.facts.holderOf(vmid, this.#gone.signal);
    if (holder !== undefined) this.#cluster = { ...this.#cluster, taken: new Map([...this.#cluster.taken, [vmid, holder]]) };
  }

  async #write(answers: CreateAnswers): Promise<boolean> {
    const isFree = async (vmid: number): Promise<boolean> => {
      await this.#checkVmid(String(vmid));
      return !this.#cluster.taken.has(vmid);
    };
    return await this.#options.writeAsCode({ answers, appliances: this.#facts?.appliances ?? [], isFree: this.#given.vmid === undefined ? isFree : undefined });
  }

  async #sendOff({ doing, waiting, keep, send }: Sending): Promise<void> {
    if (this.#busy !== undefined) return;
    this.#tried = true;
    if (this.#stopsAtErrors()) return;
    this.#busy = doing;
    this.#problems = [];
    this.#show();
    try {
      await this.#freeVmid();
      const values = this.#values;
      const { answers } = this.#check(values, values.password === '' ? '' : keep(values.password));
      this.#busy = undefined;
      if (answers === undefined) return void this.#stopsAtErrors();
      this.#busy = waiting;
      this.#show();
      if (await send(answers)) return this.#options.close();
      this.#busy = undefined;
      this.#show();
    } catch (error) {
      this.#stopped(error);
    }
  }

  /** A VMID that was offered and has been taken meanwhile is replaced; one that was chosen is complained about. @throws PveError */
  async #freeVmid(): Promise<void> {
    await this.#checkVmid(this.#values.vmid);
    if (this.#given.vmid !== undefined || !this.#cluster.taken.has(Number(this.#values.vmid))) return;
    const { taken, nextId } = await this.#options.facts.cluster(this.#gone.signal);
    this.#cluster = { ...this.#cluster, taken, nextId };
  }

  /** Whether something is wrong: then it is told, and the first such field gets the focus. */
  #stopsAtErrors(): boolean {
    const values = this.#values;
    const { messages } = this.#check(values);
    this.#show();
    const first = fieldsOf(this.#options.type, values).find((field) => messages[field]?.level === 'error');
    if (first !== undefined) this.#options.post({ type: 'focus', field: first });
    return first !== undefined;
  }

  #stopped(error: unknown): void {
    if (this.#gone.signal.aborted) return;
    this.#busy = undefined;
    this.#problems = error instanceof Refusal ? error.reasons : error instanceof PveError ? [error.message, ...(error.details.advice === undefined ? [] : [error.details.advice])] : [error instanceof Error ? error.message : String(error)];
    this.#show();
  }

  #show(): void {
    if (this.#gone.signal.aborted) return;
    const { type, connection, post } = this.#options;
    const values = this.#values;
    // Before the node has told what it has, every choice looks wrong.
    const mayTell = (field: Field): boolean => this.#facts !== undefined && (this.#tried || this.#told.has(field) || AT_ONCE.has(field) || (field === 'name' && this.#given.name !== undefined));
    post({ type: 'form', form: formView({ type, connection, values, checked: this.#check(values), cluster: this.#cluster, facts: this.#facts, mayTell, revision: this.#revision, problems: this.#problems, busy: this.#busy }) });
  }
}
