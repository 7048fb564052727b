import { parsePropertyString, type PropertyFormatName, type PropertyValue } from '../../pve/config/index.ts';

/** An option that is a property string; remembers which of its keys were taken. */
export class RawProperties {
  readonly #values: Map<string, PropertyValue>;

  constructor(format: PropertyFormatName, text: string) {
    this.#values = new Map(Object.entries(parsePropertyString(format, text).values));
  }

  #take(key: string): PropertyValue | undefined {
    const value = this.#values.get(key);
    this.#values.delete(key);
    return value;
  }

  text(key: string): string | undefined {
    const value = this.#take(key);
    return value === undefined ? undefined : typeof value === 'object' ? value.join(';') : typeof value === 'boolean' ? (value ? '1' : '0') : String(value);
  }

  number(key: string): number | undefined {
    const value = this.#take(key);
    return value === undefined ? undefined : Number(value);
  }

  flag(key: string): boolean | undefined {
    const value = this.#take(key);
    return value === undefined ? undefined : value === true || value === 1 || value === '1';
  }

  list(key: string): readonly string[] | undefined {
    const value = this.#take(key);
    return value === undefined ? undefined : typeof value === 'object' ? value : String(value).split(';');
  }

  /** Takes all that is left: it is named as a whole. */
  take(): void {
    this.#values.clear();
  }

  /** The keys that nobody took. */
  left(): string[] {
    return [...this.#values.keys()];
  }
}

/** A guest's options as the API gives them; remembers what was taken, so that nothing is dropped silently. */
export class RawOptions {
  readonly #left: Map<string, unknown>;
  readonly #properties: [name: string, properties: RawProperties][] = [];

  constructor(config: Readonly<Record<string, unknown>>) {
    this.#left = new Map(Object.entries(config));
  }

  /** Looks without taking. */
  peek(name: string): string | undefined {
    const value = this.#left.get(name);
    return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : undefined;
  }

  text(name: string): string | undefined {
    const value = this.peek(name);
    if (value !== undefined) this.#left.delete(name);
    return value;
  }

  number(name: string): number | undefined {
    const value = this.text(name);
    return value === undefined ? undefined : Number(value);
  }

  flag(name: string): boolean | undefined {
    const value = this.text(name);
    return value === undefined ? undefined : value === '1';
  }

  properties(name: string, format: PropertyFormatName): RawProperties | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const properties = new RawProperties(format, text);
    this.#properties.push([name, properties]);
    return properties;
  }

  /** The lines that only `lxc` of a container's answer has. */
  lines(name: string): readonly (readonly [string, string])[] {
    const value = this.#left.get(name);
    if (!Array.isArray(value)) return [];
    this.#left.delete(name);
    return value as [string, string][];
  }

  /** `net0`, `net1`, … that are set, in the order of their numbers. */
  family(prefix: string): { readonly name: string; readonly index: number }[] {
    return [...this.#left.keys()]
      .flatMap((name) => {
        const index = name.startsWith(prefix) ? name.slice(prefix.length) : '';
        return /^\d+$/.test(index) ? [{ name, index: Number(index) }] : [];
      })
      .toSorted((a, b) => a.index - b.index);
  }

  /** The options, and keys of property strings (`net0.queues`), that nobody took. */
  left(): string[] {
    return [...this.#left.keys(), ...this.#properties.flatMap(([name, properties]) => properties.left().map((key) => `${name}.${key}`))].toSorted();
  }
}

/** Whether Proxmox is told that a guest agent runs in the VM. */
export const agentEnabled = (config: Readonly<Record<string, unknown>>): boolean => new RawOptions(config).properties('agent', 'pve-qm-agent')?.flag('enabled') === true;
