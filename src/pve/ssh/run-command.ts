import ssh2, { type AuthenticationType, type Client } from 'ssh2';
import { PveError } from '../errors.ts';
import { type Credential, triedText } from './credentials.ts';
import { hostKeyFingerprint, untrustedHostKey } from './host-key.ts';
import { addressText, type SshAddress } from './settings.ts';

export interface ShellResult {
  /** Exit code; undefined when a signal ended the command. */
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

export interface SshRun {
  readonly node: string;
  readonly address: SshAddress;
  readonly user: string;
  readonly credentials: readonly Credential[];
  /** The accepted host key; undefined accepts none and tells which it is. */
  readonly hostKey: string | undefined;
  /** Milliseconds until a node that does not let in is given up. */
  readonly timeout: number;
  readonly signal: AbortSignal;
}

/** More than a command that is run for its effect should have to say. */
const LONGEST = 1_000_000;

/** Program and arguments as one line for a POSIX shell. */
export function shellLine(command: readonly string[]): string {
  return command.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)).join(' ');
}

/**
 * Logs in to a node, runs one command and waits for its end. Whatever its exit code is, that is an answer.
 * @throws PveError `untrusted-certificate` for a host key that was not accepted, `unauthorised`, `unreachable` (also when the connection breaks off while
 *   the command runs: it may have done its work), `cancelled`
 */
export function runCommand(run: SshRun, command: readonly string[]): Promise<ShellResult> {
  const { node, address, user, credentials, hostKey, timeout, signal } = run;
  const where = `${node} (${addressText(address)})`;
  const client = new ssh2.Client();
  return new Promise<ShellResult>((resolve, reject) => {
    let refused: PveError | undefined;
    const tried: AuthenticationType[] = [];
    const cancel = (): void => settle(() => reject(new PveError({ kind: 'cancelled', message: `The command on ${node} was cancelled.` })));
    const settle = (end: () => void): void => {
      signal.removeEventListener('abort', cancel);
      // What comes later, such as a reset of the connection, concerns nobody any more.
      client.removeAllListeners().on('error', () => undefined);
      client.end();
      end();
    };
    const fail = (error: PveError): void => settle(() => reject(error));
    const brokeOff = (cause?: Error): void => fail(new PveError({ kind: 'unreachable', message: `The SSH connection to ${where} broke off${cause === undefined ? '' : `: ${cause.message}`}.`, endpoint: `ssh://${addressText(address)}`, cause }));
    if (signal.aborted) return cancel();
    signal.addEventListener('abort', cancel, { once: true });
    client.on('ready', () => {
      client.exec(shellLine(command), (error, stream) => {
        if (error) return brokeOff(error);
        const output = { stdout: '', stderr: '' };
        const collect = (name: keyof typeof output) => (text: string): void => {
          if (output[name].length < LONGEST) output[name] += text;
        };
        stream.setEncoding('utf8').on('data', collect('stdout'));
        stream.stderr.setEncoding('utf8').on('data', collect('stderr'));
        let code: number | undefined;
        let ended = false;
        stream.on('exit', (exitCode: number | null) => {
          ended = true;
          code = exitCode ?? undefined;
        });
        stream.on('close', () => (ended ? settle(() => resolve({ code, ...output })) : brokeOff()));
      });
    });
    client.on('error', (error) => {
      if (refused !== undefined) return fail(refused);
      if (error.level === 'client-authentication') {
        return fail(new PveError({
          kind: 'unauthorised', message: `${where} lets nobody in over SSH with ${triedText(tried)}.`, endpoint: `ssh://${addressText(address)}`, cause: error,
          advice: 'Add your key to the SSH agent (ssh-add) and to the node’s authorized_keys, or name a key file in the connection’s setting `ssh.identityFile`.',
        }));
      }
      fail(new PveError({ kind: 'unreachable', message: `${where} does not answer over SSH: ${error.message}.`, endpoint: `ssh://${addressText(address)}`, cause: error, advice: 'Is its SSH server running, and is the address the right one? The connection’s settings `ssh.hosts` and `ssh.port` say another.' }));
    });
    client.on('close', () => brokeOff());
    client.connect({
      host: address.host, port: address.port, username: user, readyTimeout: timeout,
      hostVerifier: (key: Buffer) => {
        const presented = hostKeyFingerprint(key);
        if (presented !== hostKey) refused = untrustedHostKey(node, address, presented, hostKey);
        return refused === undefined;
      },
      authHandler: inTurn(credentials, tried),
    });
  });
}

/** Each credential once; what was tried is noted down. */
function inTurn(credentials: readonly Credential[], tried: AuthenticationType[]): NonNullable<Parameters<Client['connect']>[0]['authHandler']> {
  const left = [...credentials];
  return (_methods, _partial, next) => {
    const credential = left.shift();
    if (credential === undefined) {
      // The type knows no `false`, which is how ssh2 is told that there is nothing more to try.
      (next as unknown as (end: false) => void)(false);
      return;
    }
    tried.push(credential.type);
    next(credential);
  };
}
