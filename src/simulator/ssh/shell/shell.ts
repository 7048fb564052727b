import { FileBuffer } from '../file-buffer.ts';
import { FileError } from '../file-error.ts';
import { parseScript } from './parse.ts';
import type { Host, Program } from './program.ts';
import { findProgram } from './programs.ts';
import { type Chain, type Command, type Pipeline, type Redirect, type Script, ShellSyntaxError, type Word } from './syntax.ts';

/** Where a command's input comes from and where its output goes. */
export interface Streams {
  readonly input: () => Promise<FileBuffer>;
  readonly out: (bytes: string | Buffer) => void;
  readonly error: (text: string | Buffer) => void;
}

/** `set -e` or `exit` has ended the shell. */
class Ended extends Error {
  readonly code: number;

  constructor(code: number) {
    super();
    this.code = code;
  }
}

/** What the shell does itself. */
const BUILTINS = new Set(['set', 'export', 'exit', ':']);

interface Context {
  readonly streams: Streams;
  /** The positional parameters. */
  readonly args: readonly string[];
  /** The outcome is being looked at, so `set -e` does not end the shell. */
  readonly tested: boolean;
}

/** A shell that runs one script: its variables, functions and options. */
export class Shell {
  readonly #host: Host;
  readonly #user: string;
  readonly #name: string;
  readonly #variables: Map<string, string>;
  readonly #functions: Map<string, Script>;
  #exitsOnError = false;
  /** `$?`. */
  #last = 0;

  /** @param name what it is called in its messages: `bash` @param from whose variables and functions a subshell takes over */
  constructor(host: Host, user: string, name: string, from?: Shell) {
    this.#host = host;
    this.#user = user;
    this.#name = name;
    this.#variables = new Map(from === undefined ? [['HOME', user === 'root' ? '/root' : `/home/${user}`], ['USER', user]] : from.#variables);
    this.#functions = new Map(from === undefined ? [] : from.#functions);
  }

  /** @returns the exit code; what is wrong with the script is told on standard error */
  async run(script: string, streams: Streams): Promise<number> {
    try {
      return await this.#runScript(parseScript(script), { streams, args: [], tested: false });
    } catch (error) {
      if (error instanceof Ended) return error.code;
      if (!(error instanceof ShellSyntaxError)) throw error;
      streams.error(`${this.#name}: -c: line 1: ${error.message}\n`);
      return 2;
    }
  }

  async #runScript(script: Script, context: Context): Promise<number> {
    let code = 0;
    for (const chain of script) code = await this.#runChain(chain, context);
    return code;
  }

  async #runChain(chain: Chain, context: Context): Promise<number> {
    let code = 0;
    for (const [index, { when, pipeline }] of chain.entries()) {
      if ((when === 'success' && code !== 0) || (when === 'failure' && code === 0)) continue;
      code = await this.#runPipeline(pipeline, { ...context, tested: context.tested || index < chain.length - 1 });
    }
    return code;
  }

  async #runPipeline({ commands, negated }: Pipeline, context: Context): Promise<number> {
    let { input } = context.streams;
    let code = 0;
    for (const [index, command] of commands.entries()) {
      const last = index === commands.length - 1;
      const passed = new FileBuffer();
      const streams = { ...context.streams, input, ...(last ? {} : { out: (bytes: string | Buffer) => passed.append(Buffer.from(bytes)) }) };
      code = await this.#runCommand(command, { ...context, streams, tested: context.tested || negated || !last });
      input = () => Promise.resolve(passed);
    }
    this.#last = negated ? Number(code === 0) : code;
    if (this.#exitsOnError && !context.tested && !negated && code !== 0) throw new Ended(code);
    return this.#last;
  }

  async #runCommand(command: Command, context: Context): Promise<number> {
    if (command.kind === 'function') {
      this.#functions.set(command.name, command.body);
      return 0;
    }
    const redirected = await this.#redirect(command.redirects, context);
    if (redirected === undefined) return 1;
    const inside = { ...context, streams: redirected.streams };
    try {
      if (command.kind === 'group') return await this.#runScript(command.body, inside);
      if (command.kind === 'simple') return await this.#runSimple(command, inside);
      for (const { condition, body } of command.branches) {
        if ((await this.#runScript(condition, { ...inside, tested: true })) === 0) return await this.#runScript(body, inside);
      }
      return command.otherwise === undefined ? 0 : await this.#runScript(command.otherwise, inside);
    } finally {
      redirected.close();
    }
  }

  async #runSimple({ assignments, words }: Extract<Command, { kind: 'simple' }>, context: Context): Promise<number> {
    // The status of a command that only assigns is that of its last substitution.
    this.#last = words.length === 0 ? 0 : this.#last;
    for (const [name, value] of assignments) this.#variables.set(name, (await this.#expand(value, context)).join(' '));
    const fields = (await Promise.all(words.map((word) => this.#expand(word, context)))).flat();
    const [name, ...args] = fields;
    if (name === undefined) return this.#last;
    if (BUILTINS.has(name)) return this.#builtIn(name, args);
    const own = this.#functions.get(name);
    return own === undefined ? this.#runProgram(fields, this.#user, context.streams) : this.#runScript(own, { ...context, args });
  }

  #builtIn(name: string, args: readonly string[]): number {
    if (name === 'exit') throw new Ended(Number(args[0] ?? this.#last) & 0xff);
    if (name === 'set') this.#exitsOnError = args.reduce((before, arg) => (/^-\w*e/.test(arg) ? true : arg === '+e' ? false : before), this.#exitsOnError);
    for (const assignment of name === 'export' ? args : []) {
      const [variable = '', ...value] = assignment.split('=');
      if (assignment.includes('=')) this.#variables.set(variable, value.join('='));
    }
    return 0;
  }

  async #runProgram(words: readonly string[], user: string, streams: Streams): Promise<number> {
    const [name = '', ...args] = words;
    const program: Program | undefined = findProgram(name);
    if (program === undefined) {
      streams.error(`${this.#name}: line 1: ${name}: ${name.includes('/') ? 'No such file or directory' : 'command not found'}\n`);
      return 127;
    }
    return program({
      host: this.#host, args, user, ...streams,
      run: (other, as) => this.#runProgram(other, as, streams),
      shell: (script, called) => new Shell(this.#host, user, called).run(script, streams),
    });
  }

  /** The fields a word becomes: none, one, or several where something unquoted has blanks in it. */
  async #expand(word: Word, context: Context): Promise<string[]> {
    const fields: string[] = [];
    let open = false;
    const add = (text: string): void => {
      if (open) fields.push(`${fields.pop() ?? ''}${text}`);
      else fields.push(text);
      open = true;
    };
    for (const part of word) {
      if (part.kind === 'text') {
        add(part.text);
      } else if (part.kind === 'variable' && part.name === '@') {
        context.args.forEach((arg, index) => {
          if (index > 0) open = false;
          add(arg);
        });
        if (context.args.length === 0 && fields.at(-1) === '') fields.pop();
      } else {
        const value = part.kind === 'variable' ? await this.#variable(part, context) : await this.#outputOf(part.script, context);
        if (part.quoted) {
          add(value);
          continue;
        }
        if (/^\s/.test(value)) open = false;
        value.split(/\s+/).filter((piece) => piece !== '').forEach((piece, index) => {
          if (index > 0) open = false;
          add(piece);
        });
        if (/\s$/.test(value)) open = false;
      }
    }
    return fields;
  }

  async #variable({ name, fallback }: { readonly name: string; readonly fallback: Word | undefined }, context: Context): Promise<string> {
    const value = name === '?' ? String(this.#last) : name === '#' ? String(context.args.length) : /^\d$/.test(name) ? (name === '0' ? this.#name : context.args[Number(name) - 1]) : this.#variables.get(name);
    return value !== undefined && value !== '' ? value : fallback === undefined ? '' : (await this.#expand(fallback, context)).join(' ');
  }

  /** A subshell, which `set -e` does not hold for. */
  async #outputOf(script: Script, { streams, args }: Context): Promise<string> {
    const collected = new FileBuffer();
    const inner = new Shell(this.#host, this.#user, this.#name, this);
    try {
      this.#last = await inner.#runScript(script, { streams: { ...streams, out: (bytes) => collected.append(Buffer.from(bytes)) }, args, tested: false });
    } catch (error) {
      if (!(error instanceof Ended)) throw error;
      this.#last = error.code;
    }
    return (collected.bytes?.toString('utf8') ?? '').replace(/\n+$/, '');
  }

  /** @returns undefined when a file cannot be opened, which has been told */
  async #redirect(redirects: readonly Redirect[], context: Context): Promise<{ readonly streams: Streams; readonly close: () => void } | undefined> {
    let { streams } = context;
    const written: { readonly path: string; readonly content: FileBuffer }[] = [];
    for (const { descriptor, how, target } of redirects) {
      const path = (await this.#expand(target, context)).join(' ');
      if (how === 'duplicate') {
        streams = descriptor === 2 ? { ...streams, error: path === '1' ? streams.out : streams.error } : { ...streams, out: path === '2' ? streams.error : streams.out };
        continue;
      }
      try {
        const content = how === 'write' || path === '/dev/null' ? new FileBuffer() : this.#open(path, how);
        if (how === 'read') streams = { ...streams, input: () => Promise.resolve(content) };
        else {
          const write = (bytes: string | Buffer): void => content.append(Buffer.from(bytes));
          streams = descriptor === 2 ? { ...streams, error: write } : { ...streams, out: write };
          if (path !== '/dev/null') written.push({ path, content });
        }
      } catch (error) {
        if (!(error instanceof FileError)) throw error;
        context.streams.error(`${this.#name}: line 1: ${path}: ${error.message}\n`);
        return undefined;
      }
    }
    return { streams, close: () => written.forEach(({ path, content }) => this.#host.files.write(path, content)) };
  }

  #open(path: string, how: Redirect['how']): FileBuffer {
    if (how === 'append' && this.#host.files.stat(path) === undefined) return new FileBuffer();
    const { bytes, size } = this.#host.files.read(path);
    return bytes === undefined ? FileBuffer.ofSize(size) : FileBuffer.of(bytes);
  }
}
