export type { ConsoleClient } from './console-client.ts';
export type { ConsoleEnd, ConsoleListener, ConsoleSocket } from './console-socket.ts';
export type { ConsoleTarget } from './console-target.ts';
export { type DisplayStream, openDisplay } from './open-display.ts';
export { openTerminal, type TerminalStream } from './open-terminal.ts';
export { reopen, type Retry } from './reconnecting.ts';
