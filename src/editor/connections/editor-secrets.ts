import type * as vscode from 'vscode';
import type { Connection, Secrets } from '../../pve/index.ts';
import { visible } from '../text/index.ts';
import { enter } from '../questions/index.ts';

/**
 * Secrets of connections: those of saved connections in VS Code's secret storage, those of this window's own (the demo)
 * in memory only.
 */
export class EditorSecrets implements Secrets {
  readonly #storage: vscode.SecretStorage;
  readonly #ephemeral = new Map<string, string>();
  readonly #ssh = new Map<string, string>();
  /** Connections that somebody is connecting by hand right now; only they may ask for a one-time code. */
  readonly #attended = new Set<string>();

  constructor(storage: vscode.SecretStorage) {
    this.#storage = storage;
  }

  async secret({ id }: Connection): Promise<string | undefined> {
    return this.#ephemeral.get(id) ?? (await this.#storage.get(keyOf(id)));
  }

  /** Asks for a one-time code while the connection is attended; refreshes in the background never open a box. */
  async totp({ id, name }: Connection): Promise<string | undefined> {
    return this.#attended.has(id) ? await askOneTimeCode(name) : undefined;
  }

  sshPassword({ id }: Connection): Promise<string | undefined> {
    return Promise.resolve(this.#ssh.get(id));
  }

  /** The password of the nodes' user over SSH, until the window closes. */
  keepSshPassword(id: string, password: string): void {
    this.#ssh.set(id, password);
  }

  /** Runs work that somebody waits for, so that questions may be asked. */
  async attend<T>(id: string, work: () => Promise<T>): Promise<T> {
    this.#attended.add(id);
    try {
      return await work();
    } finally {
      this.#attended.delete(id);
    }
  }

  async store(id: string, secret: string): Promise<void> {
    await this.#storage.store(keyOf(id), secret);
  }

  keepInMemory(id: string, secret: string): void {
    this.#ephemeral.set(id, secret);
  }

  async forget(id: string): Promise<void> {
    this.#ephemeral.delete(id);
    this.#ssh.delete(id);
    await this.#storage.delete(keyOf(id));
  }
}

function keyOf(id: string): string {
  return `proxmox.connection.${id}`;
}

/** Asks for a code of the user's second factor; undefined when declined. */
export async function askOneTimeCode(name: string): Promise<string | undefined> {
  const code = await enter({
    title: `Sign in to ${visible(name)}`,
    prompt: 'The current code of your authenticator app.',
    placeHolder: '123456',
    validateInput: (value) => (/^\s*\d{6,8}\s*$/.test(value) ? undefined : 'A one-time code has 6 to 8 digits.'),
  });
  return code?.trim();
}
