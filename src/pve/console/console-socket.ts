import type { Disposable } from '../../base/index.ts';
import type { ConsoleAnswer } from '../wire/console.ts';

/** How a connection came to its end. */
export interface ConsoleEnd {
  /** The other side closed it in order. Otherwise it broke: the network, a proxy, the node. */
  readonly orderly: boolean;
}

export interface ConsoleListener {
  readonly onData: (bytes: Uint8Array) => void;
  /** Called once, also after {@link ConsoleSocket.dispose}. */
  readonly onEnd: (end: ConsoleEnd) => void;
}

/** An open connection to a console's worker. What comes before {@link listen} is kept for it. */
export interface ConsoleSocket extends Disposable {
  readonly worker: ConsoleAnswer;
  listen(listener: ConsoleListener): void;
  send(data: Uint8Array | string): void;
}
