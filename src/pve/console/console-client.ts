import type { Parameters, PveClient, RequestOptions } from '../client.ts';
import type { ConsoleSocket } from './console-socket.ts';

/** A client that can also hold a console's connection. */
export interface ConsoleClient extends PveClient {
  /**
   * Starts a console's worker (`POST path`, ending in `termproxy`, `vncproxy` or `vncshell`) and connects to it on the endpoint
   * that answered. The socket outlives the request's time-out; the signal ends it.
   */
  openConsole(path: string, parameters: Parameters, options?: RequestOptions): Promise<ConsoleSocket>;
}
