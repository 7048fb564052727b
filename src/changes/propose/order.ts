import { text } from '../operations/index.ts';
import type { StepParameters } from '../proposal/step.ts';
import type { Target } from '../proposal/target.ts';

/**
 * Which steps must wait for which: those on one guest, pool or volume follow each other; a guest waits for the download of what it is made
 * from, and a volume is deleted only after those who are made from it; one on a node waits for everything before it on that
 * node, and everything after it waits for it; others are independent.
 */
export class StepOrder {
  readonly #last = new Map<string, string>();
  readonly #readers = new Map<string, string[]>();
  readonly #nodeStep = new Map<string, string>();
  readonly #sinceNodeStep = new Map<string, string[]>();

  /** The ids of the steps that must have ended before this one; remembers it for those to come. */
  place(id: string, target: Target, parameters: StepParameters): string[] {
    const after = new Set<string>();
    const subjects = subjectsOf(target, parameters);
    for (const subject of subjects) {
      const last = this.#last.get(subject);
      if (last !== undefined) after.add(last);
      this.#last.set(subject, id);
      for (const reader of this.#readers.get(subject) ?? []) after.add(reader);
      this.#readers.delete(subject);
    }
    for (const source of sourcesOf(target, parameters)) {
      const last = this.#last.get(source);
      if (last !== undefined) after.add(last);
      this.#readers.set(source, [...(this.#readers.get(source) ?? []), id]);
    }
    if ('node' in target) {
      const barrier = this.#nodeStep.get(target.node);
      if (target.kind === 'node') {
        for (const each of this.#sinceNodeStep.get(target.node) ?? []) after.add(each);
        if (barrier !== undefined) after.add(barrier);
        this.#nodeStep.set(target.node, id);
        this.#sinceNodeStep.set(target.node, []);
      } else {
        if (barrier !== undefined) after.add(barrier);
        const since = this.#sinceNodeStep.get(target.node);
        if (since === undefined) this.#sinceNodeStep.set(target.node, [id]);
        else since.push(id);
      }
    }
    return [...after];
  }
}

function subjectsOf(target: Target, parameters: StepParameters): string[] {
  switch (target.kind) {
    case 'guest': {
      const copy = text(parameters, 'newid');
      return [`guest/${target.vmid}`, ...(copy === undefined ? [] : [`guest/${copy}`])];
    }
    case 'pool':
      return [`pool/${target.pool}`, ...(text(parameters, 'vms') ?? '').split(/[,; ]+/).filter(Boolean).map((vmid) => `guest/${vmid}`)];
    case 'volume':
      return [`volume/${target.volid}`];
    case 'storage': {
      const [template, content, file] = ['template', 'content', 'filename'].map((name) => text(parameters, name));
      if (template !== undefined) return [`volume/${target.storage}:vztmpl/${template}`];
      return content === undefined || file === undefined ? [] : [`volume/${target.storage}:${content}/${file}`];
    }
    default:
      return [];
  }
}

/** Volumes of templates, ISO images and disk images that a guest is made from. */
function sourcesOf(target: Target, parameters: StepParameters): string[] {
  if (target.kind !== 'guest') return [];
  return Object.values(parameters).flatMap((value) => (typeof value === 'string' ? [...value.matchAll(/(?:^|,|=)([^:,=]+:(?:vztmpl|iso|import)\/[^,]+)/g)].map(([, volid]) => `volume/${volid ?? ''}`) : []));
}
