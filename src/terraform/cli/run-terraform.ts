import { spawn } from 'node:child_process';
import { TerraformFailed, told } from './failure.ts';
import { type ChangeSummary, type Diagnostic, type Message, readMessage } from './messages.ts';

export interface RunSettings {
  /** The project's folder. */
  readonly folder: string;
  /** Everything the process sees, secrets among it: `TF_VAR_api_token` and the like never go on the command line. */
  readonly environment: NodeJS.ProcessEnv;
  /** Interrupts Terraform once, which then ends in good order and keeps its state. */
  readonly signal?: AbortSignal | undefined;
  /** What the process reads from its standard input; nothing when absent. */
  readonly input?: string;
  readonly onMessage?: ((message: Message) => void) | undefined;
  /** Told the process id as soon as there is one. */
  readonly onStart?: ((pid: number) => void) | undefined;
}

export interface Ran {
  readonly exitCode: number | undefined;
  /** All that it printed, to the letter. */
  readonly output: string;
  readonly errors: string;
}

/**
 * What every Terraform gets to see: it asks nobody, and calls nobody home. A log that is to go to no file would stand among its errors, with secrets
 * in it, and be taken for what went wrong.
 */
export function inAutomation(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { TF_LOG_PATH: file = '' } = environment;
  const kept = file === '' ? Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith('TF_LOG'))) : environment;
  return { ...kept, TF_IN_AUTOMATION: '1', TF_INPUT: '0', CHECKPOINT_DISABLE: '1' };
}

/** Runs Terraform and waits for its end. @throws {TerraformFailed} when it cannot be started */
export async function runTerraform(path: string, args: readonly string[], { folder, environment, signal, input, onMessage, onStart }: RunSettings): Promise<Ran> {
  signal?.throwIfAborted();
  const child = spawn(path, args, {
    cwd: folder,
    env: inAutomation(environment),
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  // A process that ends before it has read everything says why itself.
  child.stdin.on('error', () => undefined).end(input);
  if (child.pid !== undefined) onStart?.(child.pid);
  const interrupt = (): void => void child.kill('SIGINT');
  signal?.addEventListener('abort', interrupt, { once: true });
  let output = '';
  let errors = '';
  const lines = new Lines((line) => onMessage?.(readMessage(line)));
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    if (onMessage !== undefined) lines.take(text);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  try {
    const exitCode = await new Promise<number | null>((resolve, reject) => {
      child.on('error', (error) => reject(new TerraformFailed(`${path} cannot be started: ${error.message}`, [], 'not-started')));
      child.on('close', resolve);
    });
    lines.end();
    return { exitCode: exitCode ?? undefined, output, errors };
  } finally {
    signal?.removeEventListener('abort', interrupt);
  }
}

/** Lines end with a line feed and nothing else: the other characters that Unicode has for it may stand in any text of the code or of a guest. */
class Lines {
  readonly #tell: (line: string) => void;
  #rest = '';

  constructor(tell: (line: string) => void) {
    this.#tell = tell;
  }

  take(text: string): void {
    const [first = '', ...others] = text.split('\n');
    this.#rest += first;
    for (const next of others) {
      this.#tell(this.#rest.replace(/\r$/, ''));
      this.#rest = next;
    }
  }

  /** What stands behind the last line feed is a line as well. */
  end(): void {
    if (this.#rest !== '') this.#tell(this.#rest);
  }
}

export interface InitWish {
  /** Take the newest versions of providers and modules that the code allows, whatever was taken before. */
  readonly upgrade?: boolean;
  /** Take the backend as the code has it now, and leave the state where it was kept before alone. */
  readonly reconfigure?: boolean;
}

/** Downloads the providers and sets up the backend. @throws {TerraformFailed} with Terraform's text */
export async function init(path: string, settings: RunSettings, { upgrade = false, reconfigure = false }: InitWish = {}): Promise<void> {
  const ran = await runTerraform(path, ['init', '-input=false', '-no-color', ...(upgrade ? ['-upgrade'] : []), ...(reconfigure ? ['-reconfigure'] : [])], settings);
  if (ran.exitCode !== 0) throw new TerraformFailed(ran.errors.trim() || ran.output.trim());
}

const VARIABLES = '-var-file=';

/** What a plan is told of variables files. */
export const variableArguments = (files: readonly string[]): readonly string[] => files.map((file) => `${VARIABLES}${file}`);
/** The variables files among the arguments of a plan. */
export const variableFilesIn = (options: readonly string[]): readonly string[] => options.filter((option) => option.startsWith(VARIABLES)).map((option) => option.slice(VARIABLES.length));

/** With `-detailed-exitcode`, which `TF_CLI_ARGS_plan` may say, the exit code of a plan that changes something is 2. */
export const hasPlanned = ({ exitCode }: Ran): boolean => exitCode === 0 || exitCode === 2;

export interface Plan {
  readonly summary: ChangeSummary;
  readonly warnings: readonly Diagnostic[];
}

/**
 * Makes a plan and leaves it in a file.
 * @param planFile where to; holds the secrets of the state, so it belongs where only the user can read
 * @throws {TerraformFailed} with the diagnostics that are errors
 */
export async function plan(path: string, planFile: string, settings: RunSettings, ...more: readonly string[]): Promise<Plan> {
  let summary: ChangeSummary | undefined;
  const diagnostics: Diagnostic[] = [];
  const ran = await runTerraform(path, ['plan', '-json', '-input=false', `-out=${planFile}`, ...more], {
    ...settings,
    onMessage(message) {
      if (message.kind === 'summary') summary = message.changes;
      if (message.kind === 'diagnostic') diagnostics.push(message.diagnostic);
      settings.onMessage?.(message);
    },
  });
  if (!hasPlanned(ran) || summary === undefined) throw new TerraformFailed(told(diagnostics) || ran.errors.trim() || ran.output.trim(), diagnostics.filter(({ severity }) => severity === 'error'));
  return { summary, warnings: diagnostics };
}

/** A plan file as JSON text. @throws {TerraformFailed} with Terraform's text */
export async function show(path: string, planFile: string, settings: RunSettings): Promise<string> {
  const ran = await runTerraform(path, ['show', '-json', planFile], { ...settings, onMessage: undefined });
  if (ran.exitCode !== 0) throw new TerraformFailed(ran.errors.trim() || ran.output.trim());
  return ran.output;
}
