import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * Keeps one Terraform state for who speaks Terraform's “http” backend, with a lock that can be taken away
 * (https://developer.hashicorp.com/terraform/language/backend/http): the lock's owner is told with status 423, and an unlock without a body is a forced one.
 */
export class StateServer {
  readonly #server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      const { status, text } = this.#answer(request.method ?? '', body, new URL(request.url ?? '/', 'http://localhost').searchParams.get('ID'));
      response.writeHead(status, { 'Content-Type': 'application/json' }).end(text);
    });
  });
  #state: string | undefined;
  #lock: string | undefined;

  static async open(): Promise<StateServer> {
    const made = new StateServer();
    await new Promise<void>((resolve) => made.#server.listen(0, '127.0.0.1', resolve));
    return made;
  }

  get address(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/state`;
  }

  /** What its holder has said of itself; undefined while nobody holds the lock. */
  get lock(): { readonly ID: string; readonly Who: string; readonly Operation: string } | undefined {
    return this.#lock === undefined ? undefined : (JSON.parse(this.#lock) as { ID: string; Who: string; Operation: string });
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #answer(method: string, body: string, id: string | null): { readonly status: number; readonly text: string } {
    const refused = { status: 423, text: this.#lock ?? '' };
    switch (method) {
      case 'GET': return { status: this.#state === undefined ? 404 : 200, text: this.#state ?? '' };
      case 'LOCK': {
        if (this.#lock !== undefined) return refused;
        this.#lock = body;
        return { status: 200, text: '' };
      }
      case 'UNLOCK': {
        if (body !== '' && this.#lock !== undefined && (JSON.parse(body) as { ID: string }).ID !== this.lock?.ID) return refused;
        this.#lock = undefined;
        return { status: 200, text: '' };
      }
      case 'POST': {
        if (this.#lock !== undefined && id !== this.lock?.ID) return refused;
        this.#state = body;
        return { status: 200, text: '' };
      }
      default: return { status: 405, text: '' };
    }
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
