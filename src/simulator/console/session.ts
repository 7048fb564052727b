/** The client's end of a console's connection. */
export interface Peer {
  send(bytes: Uint8Array): void;
  /** Ends the connection and with it the worker. @param error what the worker's task ends with; absent: it ends well */
  end(error?: string): void;
}

/** What a worker does with a connected client. */
export interface Session {
  /** Bytes from the client, cut anywhere. */
  receive(bytes: Uint8Array): void;
  /** The client is gone, or the worker has been stopped: lets go of timers. */
  dispose(): void;
}
