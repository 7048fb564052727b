/** What noVNC takes for a WebSocket: its bytes go by way of the extension host, which holds the real connection. */
export class HostChannel {
  binaryType = 'arraybuffer';
  protocol = 'binary';
  readyState = 'open';
  onopen: (() => void) | null = null;
  onmessage: ((event: { readonly data: ArrayBuffer }) => void) | null = null;
  onclose: ((event: { readonly code: number; readonly reason: string; readonly wasClean: boolean }) => void) | null = null;
  onerror: ((event: unknown) => void) | null = null;
  readonly #send: (bytes: ArrayBuffer) => void;

  constructor(send: (bytes: ArrayBuffer) => void) {
    this.#send = send;
  }

  send(data: ArrayBufferView | ArrayBuffer): void {
    // A copy: noVNC writes the next message into the same buffer.
    const bytes = data instanceof ArrayBuffer ? data.slice(0) : new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice().buffer;
    if (this.readyState === 'open') this.#send(bytes);
  }

  receive(data: ArrayBuffer): void {
    if (this.readyState === 'open') this.onmessage?.({ data });
  }

  /** Called by noVNC, and when the host's connection has ended. */
  close(): void {
    if (this.readyState === 'closed') return;
    this.readyState = 'closed';
    this.onclose?.({ code: 1000, reason: '', wasClean: true });
  }
}
