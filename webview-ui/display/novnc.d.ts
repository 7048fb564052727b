/** What this page uses of noVNC (docs/API.md of @novnc/novnc), which brings no types. */
declare module '@novnc/novnc' {
  /** A WebSocket, or what behaves like one. */
  interface RawChannel {
    binaryType: string;
    readonly protocol: string;
    readonly readyState: string | number;
    onopen: (() => void) | null;
    onmessage: ((event: { readonly data: ArrayBuffer }) => void) | null;
    onclose: ((event: { readonly code: number; readonly reason: string; readonly wasClean: boolean }) => void) | null;
    onerror: ((event: unknown) => void) | null;
    send(data: ArrayBufferView | ArrayBuffer): void;
    close(): void;
  }

  interface RfbEvents {
    readonly connect: CustomEvent<Record<string, never>>;
    readonly disconnect: CustomEvent<{ readonly clean: boolean }>;
    readonly securityfailure: CustomEvent<{ readonly status: number; readonly reason?: string }>;
  }

  export default class RFB extends EventTarget {
    constructor(target: HTMLElement, channel: RawChannel, options: { readonly credentials: { readonly password: string }; readonly shared?: boolean });
    scaleViewport: boolean;
    clipViewport: boolean;
    background: string;
    sendCtrlAltDel(): void;
    /** @param down undefined presses and releases */
    sendKey(keysym: number, code: string | null, down?: boolean): void;
    focus(): void;
    disconnect(): void;
    addEventListener<K extends keyof RfbEvents>(type: K, listener: (event: RfbEvents[K]) => void): void;
  }
}
