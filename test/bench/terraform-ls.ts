/** HashiCorp's language server with one file open, driven as an editor would. */
import { type ChildProcess, spawn } from 'node:child_process';
import { pathToFileURL } from 'node:url';

type Message = Readonly<Record<string, unknown>>;

export class TerraformLs {
  readonly #child: ChildProcess;
  readonly #waiting = new Set<{ readonly wanted: (message: Message) => boolean; readonly resolve: (message: Message) => void }>();
  readonly #uri: string;
  #received = Buffer.alloc(0);
  #id = 0;
  #version = 1;

  /** @param program the server; @param file absolute path of the file that is opened */
  constructor(program: string, file: string) {
    this.#uri = pathToFileURL(file).href;
    this.#child = spawn(program, ['serve'], { stdio: ['pipe', 'pipe', 'ignore'] });
    this.#child.stdout?.on('data', (chunk: Buffer) => this.#receive(chunk));
  }

  /** Resolves when the server knows what the file holds. */
  async open(folder: string, text: string): Promise<void> {
    const rootUri = pathToFileURL(folder).href;
    await this.#request('initialize', {
      processId: process.pid, rootUri, workspaceFolders: [{ uri: rootUri, name: 'bench' }],
      capabilities: { workspace: { workspaceFolders: true }, textDocument: { publishDiagnostics: {}, completion: { completionItem: { snippetSupport: true } } } },
      initializationOptions: { validation: { enableEnhancedValidation: true } },
    });
    this.#send({ method: 'initialized', params: {} });
    this.#send({ method: 'textDocument/didOpen', params: { textDocument: { uri: this.#uri, languageId: 'terraform', version: this.#version, text } } });
    await this.#request('textDocument/documentSymbol', { textDocument: { uri: this.#uri } });
  }

  /** Types a text at a place, and resolves when the diagnostics of that are there: the server only tells of those that change. */
  async type(line: number, from: number, to: number, text: string): Promise<void> {
    const looked = this.#diagnosed();
    this.#version++;
    this.#send({ method: 'textDocument/didChange', params: { textDocument: { uri: this.#uri, version: this.#version }, contentChanges: [{ range: { start: { line, character: from }, end: { line, character: to } }, text }] } });
    await looked;
  }

  async complete(line: number, character: number): Promise<void> {
    await this.#request('textDocument/completion', { textDocument: { uri: this.#uri }, position: { line, character } });
  }

  stop(): void {
    this.#child.kill();
  }

  #diagnosed(): Promise<Message> {
    return this.#next((message) => message['method'] === 'textDocument/publishDiagnostics' && (message['params'] as { readonly uri?: string }).uri === this.#uri);
  }

  async #request(method: string, params: unknown): Promise<void> {
    const id = ++this.#id;
    const answer = this.#next((message) => message['id'] === id && message['method'] === undefined);
    this.#send({ id, method, params });
    const { error } = await answer;
    if (error !== undefined) throw new Error(`terraform-ls answered ${method} with ${JSON.stringify(error)}`);
  }

  #next(wanted: (message: Message) => boolean): Promise<Message> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('terraform-ls said nothing for two minutes.')), 120_000);
      const entry = {
        wanted,
        resolve: (message: Message): void => {
          clearTimeout(timer);
          resolve(message);
        },
      };
      this.#waiting.add(entry);
    });
  }

  #send(message: Message): void {
    const body = Buffer.from(JSON.stringify({ jsonrpc: '2.0', ...message }));
    this.#child.stdin?.write(`Content-Length: ${String(body.length)}\r\n\r\n`);
    this.#child.stdin?.write(body);
  }

  #receive(chunk: Buffer): void {
    this.#received = Buffer.concat([this.#received, chunk]);
    for (;;) {
      const head = this.#received.indexOf('\r\n\r\n');
      const length = Number(/Content-Length: (\d+)/i.exec(this.#received.subarray(0, Math.max(0, head)).toString())?.[1]);
      if (head === -1 || this.#received.length < head + 4 + length) return;
      const message = JSON.parse(this.#received.subarray(head + 4, head + 4 + length).toString()) as Message;
      this.#received = this.#received.subarray(head + 4 + length);
      // What the server asks of the editor: nothing is configured.
      if (message['id'] !== undefined && message['method'] !== undefined) this.#send({ id: message['id'], result: message['method'] === 'workspace/configuration' ? [{}] : null });
      for (const entry of this.#waiting) {
        if (!entry.wanted(message)) continue;
        this.#waiting.delete(entry);
        entry.resolve(message);
      }
    }
  }
}
