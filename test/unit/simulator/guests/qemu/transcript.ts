import { strict as assert } from 'node:assert';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { ApiError } from '../../../../../src/simulator/api/errors.ts';
import type { InProcess, TestParameters } from '../../../../support/in-process.ts';
import { checkReturn, loadPveSchema, schemaAbsent } from '../../../../support/pve-schema.ts';

/** What varies with the seed of the demo cluster and means nothing to a reader. */
const VARYING: readonly (readonly [RegExp, string])[] = [
  [/BC:24:11(?::[0-9A-F]{2}){3}/gi, '<mac>'],
  [/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '<uuid>'],
  [/\b[0-9a-f]{40}\b/g, '<digest>'],
  [/SHA256:[A-Za-z0-9+/]{43}/g, 'SHA256:<fingerprint>'],
];

/** Where the schema promises more than Proxmox keeps: a drive whose option has no size, as a new cloud-init drive's, is listed without one. */
const UNTRUE = /local_disks\[\d+\]\.size: is missing/;

/** Calls operations, waits for their tasks, and writes down what a client sees of it; every answer must be one the API's schema allows. */
export class Transcript {
  readonly #at: InProcess;
  readonly #lines: string[] = [];
  readonly #folder: URL;

  /** @param folder where the recorded transcripts lie */
  constructor(at: InProcess, folder = new URL('transcripts/', import.meta.url)) {
    this.#at = at;
    this.#folder = folder;
  }

  /** Something that is done to the cluster from outside, in words. */
  note(text: string): void {
    this.#lines.push('', `# ${text}`);
  }

  /**
   * @param show members of the answer to write down; all of them when absent
   * @returns the `data` member, undefined when the call was refused
   */
  call(method: string, path: string, parameters: TestParameters = {}, { user = 'root@pam', show }: { user?: string; show?: readonly string[] } = {}): unknown {
    this.#lines.push('', `${user === 'root@pam' ? '' : `${user}: `}${method} ${path}${Object.keys(parameters).length === 0 ? '' : ` ${JSON.stringify(parameters)}`}`);
    let data: unknown;
    try {
      data = this.#at.call(method, path, parameters, user);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.#lines.push(`  ${error.status} ${error.message}`, ...Object.entries(error.errors ?? {}).map(([name, text]) => `    ${name}: ${text.trimEnd()}`));
      return undefined;
    }
    this.#check(method, path, data);
    if (typeof data === 'string' && data.startsWith('UPID:')) this.#follow(data);
    else this.#lines.push(...JSON.stringify(show === undefined ? data : pick(data, show), undefined, 2).split('\n').map((line) => `  ${line}`));
    return data;
  }

  #check(method: string, path: string, data: unknown): void {
    if (schemaAbsent !== undefined) return;
    const operation = loadPveSchema().operation(method, path);
    assert.ok(operation, `${method} ${path} is no operation`);
    if (data === null && operation.returns?.optional === 1) return;
    assert.deepEqual(checkReturn(data, operation).filter((problem) => !UNTRUE.test(problem)), []);
  }

  #follow(upid: string): void {
    const { tasks } = this.#at.cluster;
    for (let seconds = 0; tasks.get(upid)?.endtime === undefined; seconds++) {
      assert.ok(seconds < 86_400, `${upid} does not end`);
      this.#at.clock.advance(1000);
    }
    const task = tasks.get(upid);
    this.#lines.push(`  task ${task?.type ?? ''} ${task?.id ?? ''}: ${task?.exitstatus ?? ''}`, ...tasks.log(upid).map((line) => `    ${line}`));
  }

  /** Compares with the file of that name in `transcripts/`; run with UPDATE_TRANSCRIPTS=1 to write it anew, and read the difference. */
  assertAsRecorded(name: string): void {
    const file = new URL(`${name}.txt`, this.#folder);
    const text = `${VARYING.reduce((lines, [pattern, instead]) => lines.replace(pattern, instead), this.#lines.join('\n')).trim()}\n`;
    if (process.env['UPDATE_TRANSCRIPTS'] === '1') writeFileSync(file, text);
    assert.ok(existsSync(file), `there is no transcript ${file.pathname}`);
    assert.equal(text, readFileSync(file, 'utf8'));
  }
}

function pick(data: unknown, names: readonly string[]): unknown {
  if (Array.isArray(data)) return (data as unknown[]).map((one) => pick(one, names));
  if (typeof data !== 'object' || data === null) return data;
  return Object.fromEntries(names.map((name) => [name, (data as Record<string, unknown>)[name]]));
}
