import type { PartRecord } from '../../changes/index.ts';
import { type Diagnostic, type Message, told } from '../cli/index.ts';

/**
 * What the lines of an apply say so far. The same lines give the same, whoever reads them: the process that began the apply, or a later
 * one that found its log.
 */
export class ApplyLog {
  readonly #parts = new Map<string, PartRecord>();
  readonly #replaced: ReadonlySet<string>;
  readonly #diagnostics: Diagnostic[] = [];
  #begun = false;
  #complete = false;

  /** @param replaced ids of the parts that are destroyed and made anew: both halves must be done */
  constructor(replaced: ReadonlySet<string>) {
    this.#replaced = replaced;
  }

  /** How the parts stand that Terraform has said something of. */
  get parts(): ReadonlyMap<string, PartRecord> {
    return this.#parts;
  }

  /** Whether anything was sent to the cluster. */
  get begun(): boolean {
    return this.#begun;
  }

  /** Whether Terraform has said that all is done, which is the last thing it says. */
  get complete(): boolean {
    return this.#complete;
  }

  /** The errors in words; empty when there is none. */
  get errors(): string {
    return told(this.#diagnostics);
  }

  /** @returns the line for people, and the parts that stand otherwise since; undefined for what says nothing */
  read(message: Message): { readonly text: string; readonly parts: Readonly<Record<string, PartRecord>> } | undefined {
    switch (message.kind) {
      case 'text': return message.text.trim() === '' ? undefined : { text: message.text, parts: {} };
      case 'summary': {
        if (message.operation !== 'plan') this.#complete = true;
        const { add, change, remove } = message.changes;
        return { text: `${add} created, ${change} changed, ${remove} destroyed`, parts: {} };
      }
      case 'diagnostic': return this.#diagnosed(message.diagnostic);
      case 'progress': return message.text === '' ? undefined : { text: message.text, parts: this.#progressed(message) };
    }
  }

  #diagnosed(diagnostic: Diagnostic): { readonly text: string; readonly parts: Readonly<Record<string, PartRecord>> } {
    this.#diagnostics.push(diagnostic);
    const { address, summary, detail, severity } = diagnostic;
    const text = [summary, detail].filter((each) => each !== '').join(': ');
    const known = address === undefined ? undefined : this.#parts.get(address);
    if (address === undefined || known?.state !== 'failed' || severity !== 'error') return { text, parts: {} };
    return { text, parts: this.#set(address, { ...known, error: known.error === undefined ? text : `${known.error}\n${text}` }) };
  }

  #progressed({ type, address, text, action, at }: Extract<Message, { kind: 'progress' }>): Readonly<Record<string, PartRecord>> {
    if (address === undefined) return {};
    const known = this.#parts.get(address);
    const ended = at === undefined ? {} : { endedAt: at };
    switch (type) {
      case 'apply_start':
        if (action !== 'read') this.#begun = true;
        return this.#set(address, { state: 'running', ...(known?.startedAt !== undefined ? { startedAt: known.startedAt } : at === undefined ? {} : { startedAt: at }), text });
      case 'provision_start':
      case 'provision_progress':
      case 'apply_progress': return known === undefined ? {} : this.#set(address, { ...known, text });
      case 'apply_complete': {
        const half = this.#replaced.has(address) && !this.#halves(address, action ?? '');
        return this.#set(address, { ...known, state: half ? 'running' : 'done', text, ...(half ? {} : ended) });
      }
      case 'provision_errored':
      case 'apply_errored': return this.#set(address, { ...known, state: 'failed', text, ...ended });
      default: return {};
    }
  }

  readonly #done = new Map<string, Set<string>>();

  /** Of a replacement: whether both the old one is gone and the new one is made. */
  #halves(address: string, action: string): boolean {
    const done = this.#done.get(address) ?? new Set<string>();
    this.#done.set(address, done.add(action));
    return done.has('delete') && done.has('create');
  }

  #set(id: string, record: PartRecord): Readonly<Record<string, PartRecord>> {
    this.#parts.set(id, record);
    return { [id]: record };
  }
}
