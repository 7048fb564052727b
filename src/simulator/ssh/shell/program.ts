import type { Dispatch } from '../../dispatch.ts';
import type { SimulatedCluster } from '../../state/create-cluster.ts';
import type { FileBuffer } from '../file-buffer.ts';
import type { NodeFiles } from '../node-files.ts';

/** The node that somebody is logged in on. */
export interface Host {
  readonly cluster: SimulatedCluster;
  readonly dispatch: Dispatch;
  readonly node: string;
  readonly files: NodeFiles;
}

/** One run of a program. */
export interface Run {
  readonly host: Host;
  readonly args: readonly string[];
  /** Who it runs as; sudo makes it root. */
  readonly user: string;
  /** All of standard input, once it has ended. */
  readonly input: () => Promise<FileBuffer>;
  readonly out: (text: string | Buffer) => void;
  readonly error: (text: string) => void;
  /** Runs another program in its place, with the same input and output. */
  readonly run: (words: readonly string[], user: string) => Promise<number>;
  /** Runs a script in a shell of its own. @param name what the shell is called in its messages */
  readonly shell: (script: string, name: string) => Promise<number>;
}

/** @returns the exit code */
export type Program = (run: Run) => number | Promise<number>;

/** Standard input as lines, without the last line's end. */
export async function inputLines(run: Run): Promise<string[]> {
  const text = (await run.input()).bytes?.toString('utf8') ?? '';
  return text === '' ? [] : text.replace(/\n$/, '').split('\n');
}
