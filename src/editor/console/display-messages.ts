/**
 * What the display's panel in the extension host and its page say to each other. Types only; plain data that survives structured
 * cloning. `channel` numbers the connections of one panel, so that what comes late for an old one is passed over.
 */

export type ToPage =
  /** A connection is open; RFB follows. */
  | { readonly type: 'opened'; readonly channel: number; readonly password: string }
  | { readonly type: 'data'; readonly channel: number; readonly bytes: ArrayBuffer }
  | { readonly type: 'closed'; readonly channel: number }
  | { readonly type: 'state'; readonly state: DisplayState }
  /** Text of the clipboard, to be typed into the guest. */
  | { readonly type: 'type'; readonly text: string };

export type FromPage =
  | { readonly type: 'ready' }
  | { readonly type: 'data'; readonly channel: number; readonly bytes: ArrayBuffer }
  /** RFB is through its handshake: there is a picture. */
  | { readonly type: 'connected'; readonly channel: number }
  /** RFB gave up: a wrong password, or an answer that is none. */
  | { readonly type: 'failed'; readonly channel: number; readonly reason: string }
  | { readonly type: 'reconnect' }
  | { readonly type: 'paste' };

/** What the page's status line says and offers. */
export interface DisplayState {
  readonly phase: 'connecting' | 'connected' | 'ended';
  readonly text: string;
}
