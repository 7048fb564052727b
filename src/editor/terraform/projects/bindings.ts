/** What keeps the bindings, such as `vscode.Memento`. */
export interface BindingMemory {
  get(key: string): unknown;
  update(key: string, value: unknown): Thenable<void>;
}

const key = 'terraform.connections';

/** Which connection each Terraform folder belongs to. Connections are the user's own, so this is kept with the user and not in the folder. */
export class Bindings {
  readonly #memory: BindingMemory;

  constructor(memory: BindingMemory) {
    this.#memory = memory;
  }

  /** The id of the connection that somebody has chosen for a folder. */
  chosen(folder: string): string | undefined {
    const id = this.#all()[folder];
    return typeof id === 'string' ? id : undefined;
  }

  async choose(folder: string, connectionId: string): Promise<void> {
    await this.#memory.update(key, { ...this.#all(), [folder]: connectionId });
  }

  /**
   * The connection of a folder: the chosen one, otherwise the only one there is. A folder whose connection is gone has none: its state is
   * about that cluster, and another one must not be taken for it.
   */
  of<C extends { readonly id: string }>(folder: string, connections: readonly C[]): C | undefined {
    const chosen = this.chosen(folder);
    if (chosen !== undefined) return connections.find(({ id }) => id === chosen);
    return connections.length === 1 ? connections[0] : undefined;
  }

  #all(): Readonly<Record<string, unknown>> {
    const value = this.#memory.get(key);
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
  }
}
