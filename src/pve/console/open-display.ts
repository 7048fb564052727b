import type { ConsoleClient } from './console-client.ts';
import type { ConsoleSocket } from './console-socket.ts';
import { consolePath, type ConsoleTarget } from './console-target.ts';

/** A VNC connection, to be spoken to in RFB. */
export interface DisplayStream {
  readonly socket: ConsoleSocket;
  /** For VNC authentication. */
  readonly password: string;
}

/**
 * Opens a display: a VM's screen, or a container's or node's terminal drawn as one (`POST …/vncproxy`, `…/vncshell`).
 * @throws PveError
 */
export async function openDisplay(client: ConsoleClient, target: ConsoleTarget, signal?: AbortSignal): Promise<DisplayStream> {
  const path = `${consolePath(target)}/${target.kind === 'node' ? 'vncshell' : 'vncproxy'}`;
  const socket = await client.openConsole(path, { websocket: true }, signal === undefined ? {} : { signal });
  const { password, ticket } = socket.worker;
  return { socket, password: password ?? ticket };
}
