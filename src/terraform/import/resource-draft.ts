import { attribute, block, comment, type Expression, type Item, reference } from '../hcl/index.ts';
import type { ProviderLimits } from './provider-limits.ts';

/** An attribute's name, its value (undefined: not set), and the provider's default, which need not be written. */
export type Field = readonly [name: string, value: Expression | undefined, preset?: Expression];

/** The attributes that say more than the provider assumes anyway. */
export function fields(rows: readonly Field[]): Item[] {
  return rows.flatMap(([name, value, preset]) => (value === undefined || value === preset || (isEmptyList(value) && preset === undefined) ? [] : [attribute(name, value)]));
}

const isEmptyList = (value: Expression): boolean => Array.isArray(value) && value.length === 0;

/** A block as the provider reads it, with the defaults that the code need not say; `written` when the code has to say it. */
export interface SeenBlock {
  readonly type: string;
  readonly rows: readonly Field[];
  readonly blocks: readonly SeenBlock[];
  readonly written: boolean;
}

/** Nested blocks as they were written: what they leave out is empty. */
const seenItems = (items: readonly Item[]): SeenBlock[] =>
  items.flatMap((item) => {
    if (item.kind !== 'block') return [];
    const rows = item.body.flatMap((inner): Field[] => (inner.kind === 'attribute' ? [[inner.name, inner.value]] : []));
    return [{ type: item.type, rows, blocks: seenItems(item.body), written: true }];
  });

/** A resource as it is being put together: its attributes and blocks, and what Terraform is to leave alone. */
export class ResourceDraft {
  readonly #items: Item[] = [];
  readonly #seenRows: Field[] = [];
  readonly #seenBlocks: SeenBlock[] = [];
  readonly #ignored = new Map<string, string>();
  readonly #left: string[] = [];
  readonly #limits: ProviderLimits;

  /** @param limits what the provider refuses, which is left as it is */
  constructor(limits: ProviderLimits) {
    this.#limits = limits;
  }

  fields(rows: readonly Field[]): void {
    const taken = this.#taken(rows, '', '');
    this.#seenRows.push(...taken);
    this.#items.push(...fields(taken));
  }

  block(type: string, rows: readonly Field[], ...nested: readonly Item[]): void {
    const place = this.#items.filter((item) => item.kind === 'block' && item.type === type).length;
    const taken = this.#taken(rows, `${type}.`, `${type}[${String(place)}].`, place);
    const blocks = nested.map((item) => this.#takenOf(item, `${type}.`, `${type}[${String(place)}].`));
    this.#seenBlocks.push({ type, rows: taken, blocks: seenItems(blocks), written: true });
    this.#items.push(block(type, [], [...fields(taken), ...blocks]));
  }

  /**
   * Whether there are as many blocks of a type as the provider takes. One more would keep Terraform from planning at all: then it is not to be
   * written, the option is named, and all of them are left as they are, for a list has one length.
   * @param option of Proxmox, of the block that has no place any more
   */
  isFull(type: string, most: number, option: string): boolean {
    if (this.#items.filter((item) => item.kind === 'block' && item.type === type).length < most) return false;
    this.leave(option);
    this.ignore(type, `the provider takes ${String(most)} of them at most, and the guest has more`);
    return true;
  }

  /** Without what the provider refuses: that is left out, and `ignore_changes` keeps it as it is. */
  #taken(rows: readonly Field[], key: string, path: string, place = 0): Field[] {
    const named = rows.find(([name]) => name === 'interface')?.[1];
    return rows.filter((row) => fields([row]).length === 0 || this.#takes(row, key, path, (option) => option.replace('{interface}', typeof named === 'string' ? named : '').replace('{place}', String(place))));
  }

  #takenOf(item: Item, key: string, path: string): Item {
    if (item.kind !== 'block') return item;
    const [within, at] = [`${key}${item.type}.`, `${path}${item.type}[0].`];
    return { ...item, body: item.body.filter((inner) => inner.kind !== 'attribute' || this.#takes([inner.name, inner.value], within, at, (option) => option)) };
  }

  #takes([name, value]: Field, key: string, path: string, optionOf: (option: string) => string): boolean {
    const limit = this.#limits.get(`${key}${name}`);
    if (limit === undefined || value === undefined || limit.takes(value)) return true;
    this.leave(optionOf(limit.option));
    this.ignore(`${path}${name}`, 'the provider refuses the value that the guest has');
    return false;
  }

  /** A block that the code of an import leaves out; the provider reads it so where the state has one. */
  unwritten(type: string, rows: readonly Field[]): void {
    this.#seenBlocks.push({ type, rows, blocks: [], written: false });
  }

  /**
   * A block that the provider only sees when one of its attributes differs from the default: written in that case
   * alone, for otherwise the plan would want to add it.
   */
  blockUnlessPreset(type: string, rows: readonly Field[]): void {
    if (fields(rows).length > 0) this.block(type, rows);
    else this.unwritten(type, rows);
  }

  /** Puts the attribute into `ignore_changes`. */
  ignore(name: string, why: string): void {
    this.#ignored.set(name, why);
  }

  /** Names something of Proxmox that the provider does not know, beyond whole options and their keys. */
  leave(what: string): void {
    this.#left.push(what);
  }

  /** What the provider reads of the guest, at its defaults or not. */
  get seen(): { readonly rows: readonly Field[]; readonly blocks: readonly SeenBlock[] } {
    return { rows: this.#seenRows, blocks: this.#seenBlocks };
  }

  get left(): readonly string[] {
    return this.#left;
  }

  get ignored(): ReadonlyMap<string, string> {
    return this.#ignored;
  }

  /** @param notExpressed options of Proxmox that the provider does not know */
  body(notExpressed: readonly string[]): Item[] {
    const items = [...this.#items];
    if (notExpressed.length > 0) items.push(comment(`Not expressed here, left as it is: ${notExpressed.join(', ')}`));
    if (this.#ignored.size > 0) {
      const reasons = new Map<string, string[]>();
      for (const [name, why] of this.#ignored) reasons.set(why, [...(reasons.get(why) ?? []), name]);
      const text = [...reasons].map(([why, names]) => `${names.join(', ')}: ${why}`).join('\n');
      items.push(block('lifecycle', [], [comment(text), attribute('ignore_changes', [...this.#ignored.keys()].map(reference))]));
    }
    return items;
  }
}
