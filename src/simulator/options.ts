import { parseArgs } from 'node:util';

/** What the command line asks for. */
export interface Options {
  readonly port: number;
  readonly host: string;
  readonly nodes: number;
  readonly guests: number;
  readonly seed: number;
  readonly load: string | undefined;
  /** What the loaded cluster is like while it runs. */
  readonly twin: string | undefined;
  readonly save: string | undefined;
  /** Milliseconds. */
  readonly latency: number;
  /** Factor on the duration of tasks. */
  readonly pace: number;
  readonly faults: string | undefined;
  /** Port of the first node's SSH server; undefined: nodes cannot be reached by SSH. */
  readonly sshPort: number | undefined;
  /** An `authorized_keys` file. */
  readonly sshKeys: string | undefined;
  readonly json: boolean;
}

export const USAGE = `Usage: npm run simulator -- [options]
  --port N       port to listen on; 0 takes any free one (default 8006)
  --host ADDRESS address to listen on (default 127.0.0.1)
  --nodes N      nodes of the demo cluster, 1 to 100 (default 3)
  --guests N     guests of the demo cluster, 0 to 50000 (default 40)
  --seed N       the same seed gives the same cluster (default 1)
  --load DIR     serve what an /etc/pve-shaped folder describes instead of the demo
  --twin FILE    with --load: make it a copy of a running cluster, whose state the JSON file tells
  --save DIR     write the cluster's files there when it ends, and on SIGUSR2
  --latency MS   milliseconds that every answer takes longer (default 0)
  --pace FACTOR  factor on the duration of tasks, 0 to 100 (default 1)
  --faults FILE  misbehave as the YAML file says
  --ssh-port N   let nodes be reached by SSH: the first at this port, the others at the next ones; 0 takes free ones
  --ssh-keys FILE  with --ssh-port: public keys that may log in as root, as in authorized_keys
  --json         print one line of JSON with address and credentials
  --help         print this text`;

/** A wrong command line; the message says what to write instead. */
export class UsageError extends Error {}

/** Reads the command line; undefined when only help was asked for. Throws {@link UsageError}. */
export function readOptions(args: readonly string[]): Options | undefined {
  let values;
  try {
    ({ values } = parseArgs({
      args: [...args],
      options: {
        port: { type: 'string', default: '8006' },
        host: { type: 'string', default: '127.0.0.1' },
        nodes: { type: 'string', default: '3' },
        guests: { type: 'string', default: '40' },
        seed: { type: 'string', default: '1' },
        load: { type: 'string' },
        twin: { type: 'string' },
        save: { type: 'string' },
        latency: { type: 'string', default: '0' },
        pace: { type: 'string', default: '1' },
        faults: { type: 'string' },
        'ssh-port': { type: 'string' },
        'ssh-keys': { type: 'string' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }));
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
  if (values.help) return undefined;
  if (values.twin !== undefined && values.load === undefined) throw new UsageError('--twin is about the cluster that --load loads: give both.');
  if (values['ssh-keys'] !== undefined && values['ssh-port'] === undefined) throw new UsageError('--ssh-keys says who may log in at --ssh-port: give both.');
  return {
    port: whole('port', values.port, 0, 65_535),
    host: values.host,
    nodes: whole('nodes', values.nodes, 1, 100),
    guests: whole('guests', values.guests, 0, 50_000),
    seed: whole('seed', values.seed, 0, 2 ** 31 - 1),
    load: values.load,
    twin: values.twin,
    save: values.save,
    latency: whole('latency', values.latency, 0, 600_000),
    pace: factor(values.pace),
    faults: values.faults,
    sshPort: values['ssh-port'] === undefined ? undefined : whole('ssh-port', values['ssh-port'], 0, 65_535),
    sshKeys: values['ssh-keys'],
    json: values.json,
  };
}

function whole(name: string, text: string, minimum: number, maximum: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < minimum || value > maximum) throw new UsageError(`--${name} takes a whole number from ${minimum} to ${maximum}, not '${text}'.`);
  return value;
}

function factor(text: string): number {
  const value = Number(text);
  if (text === '' || !(value >= 0 && value <= 100)) throw new UsageError(`--pace takes a number from 0 to 100, not '${text}'.`);
  return value;
}
