import type { ServerChannel, Session } from 'ssh2';
import { machineOfNode, Terminal } from '../console/index.ts';
import { FileBuffer } from './file-buffer.ts';
import { serveSftp } from './sftp.ts';
import type { Host } from './shell/program.ts';
import { Shell } from './shell/shell.ts';

/** What somebody who has logged in may open: a command, SFTP, or a terminal with the simulator's own shell. */
export function serveSession(session: Session, host: Host, user: string, report: (message: string) => void): void {
  let size = { cols: 80, rows: 24 };
  let terminal: Terminal | undefined;
  session.on('pty', (accept, _reject, info) => {
    size = info;
    accept?.();
  });
  session.on('window-change', (accept, _reject, info) => {
    terminal?.resize(info.cols, info.rows);
    accept?.();
  });
  session.on('exec', (accept, _reject, { command }) => void execute(accept(), host, user, command).catch((error: unknown) => report(error instanceof Error ? (error.stack ?? error.message) : String(error))));
  session.on('sftp', (accept) => serveSftp(accept(), host.files, user === 'root'));
  session.on('shell', (accept) => {
    const channel = accept();
    const node = host.cluster.nodes.get(host.node);
    if (node === undefined) return channel.close();
    terminal = new Terminal({ machine: machineOfNode(host.cluster, node), line: 'pts/0', loggedIn: true, write: (text) => void channel.write(text), onExit: () => close(channel, 0) });
    terminal.resize(size.cols, size.rows);
    channel.on('data', (bytes: Buffer) => terminal?.input(bytes.toString('utf8')));
    channel.on('close', () => terminal?.dispose());
    terminal.start();
  });
}

function close(channel: ServerChannel, code: number): void {
  channel.exit(code);
  channel.end();
}

/** sshd hands the command to the user's shell. */
async function execute(channel: ServerChannel, host: Host, user: string, command: string): Promise<void> {
  const collected = new FileBuffer();
  const ended = new Promise<FileBuffer>((resolve) => {
    channel.on('data', (bytes: Buffer) => collected.append(bytes));
    channel.on('end', () => resolve(collected));
    channel.on('close', () => resolve(collected));
  });
  const code = await new Shell(host, user, 'bash').run(command, {
    input: () => ended,
    out: (bytes) => void channel.write(bytes),
    error: (bytes) => void channel.stderr.write(bytes),
  });
  close(channel, code);
}
