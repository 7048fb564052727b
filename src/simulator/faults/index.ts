import { readFile } from 'node:fs/promises';
import { LineCounter, parseDocument } from 'yaml';
import type { TaskFault } from '../state/create-tasks.ts';
import type { TaskPlan } from '../state/tasks.ts';
import { type FaultRule, faultsFile } from './schema.ts';

/** What is done to one request. */
export interface Fault {
  /** Milliseconds. */
  readonly delay?: number | undefined;
  readonly drop?: true | undefined;
  readonly hang?: true | undefined;
  readonly status?: number | undefined;
  readonly message?: string | undefined;
  readonly truncate?: true | undefined;
  readonly expireTicket?: true | undefined;
}

export interface Faults {
  /** @param path below `/api2/<format>` */
  forRequest(method: string, path: string): Fault | undefined;
  readonly forTask: (plan: TaskPlan) => TaskFault | undefined;
}

export const noFaults: Faults = { forRequest: () => undefined, forTask: () => undefined };

function pattern(glob: string): RegExp {
  const source = glob.split(/(\*\*|\*)/).map((part) => (part === '**' ? '.*' : part === '*' ? '[^/]*' : part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))).join('');
  return new RegExp(`^${source}$`);
}

/** @param random 0 ≤ x < 1; decides whether a rule's fault happens */
export function createFaults(rules: readonly FaultRule[], random: () => number): Faults {
  const compiled = rules.map((rule) => ({ rule, path: pattern(rule.path ?? '/**'), type: pattern(rule.task?.type ?? '*') }));
  const strikes = (rule: FaultRule): boolean => rule.probability >= 1 || random() < rule.probability;
  return {
    forRequest(method, path) {
      for (const { rule, path: matcher } of compiled) {
        if (rule.task !== undefined || (rule.method !== undefined && rule.method !== method) || !matcher.test(path) || !strikes(rule)) continue;
        return { ...rule, expireTicket: rule['expire-ticket'] };
      }
      return undefined;
    },
    forTask(plan) {
      for (const { rule, type } of compiled) {
        if (rule.task !== undefined && type.test(plan.type) && strikes(rule)) return { at: rule.task.at / 100, message: rule.task.message };
      }
      return undefined;
    },
  };
}

/**
 * Reads a faults file (YAML).
 * @throws Error that names the file, the line and what to write there
 */
export async function readFaults(file: string, random: () => number): Promise<Faults> {
  const lines = new LineCounter();
  const document = parseDocument(await readFile(file, 'utf8'), { lineCounter: lines });
  const broken = document.errors[0];
  if (broken !== undefined) throw new Error(`${file}:${lines.linePos(broken.pos[0]).line}: ${broken.message}`);
  const parsed = faultsFile.safeParse(document.toJS());
  if (parsed.success) return createFaults(parsed.data.faults, random);
  const problems = parsed.error.issues.map((issue) => {
    const node = document.getIn(issue.path, true) as { range?: [number, number, number] } | undefined;
    const parent = document.getIn(issue.path.slice(0, -1), true) as { range?: [number, number, number] } | undefined;
    const at = (node?.range ?? parent?.range)?.[0] ?? 0;
    return `${file}:${lines.linePos(at).line}: ${issue.path.join('.') || 'the file'}: ${issue.message}`;
  });
  throw new Error(problems.join('\n'));
}
