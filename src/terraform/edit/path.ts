import type { HclAttribute, HclBlock, HclDocument } from '../syntax/index.ts';
import { resourceBlock } from './edits.ts';

/** One step down into a resource: an attribute or the n-th block of a type. */
export interface PathStep {
  readonly name: string;
  /** The place among the blocks of the type, or in a list; undefined where none is given. */
  readonly index: number | undefined;
}

/** Reads a path as Terraform writes it: `memory[0].dedicated`, `tags[1]`; undefined for one of another shape (`tags["a"]`). */
export function parsePath(path: string): readonly PathStep[] | undefined {
  const steps = path.split('.').map((part) => /^([A-Za-z_][\w-]*)(?:\[(\d+)\])?$/.exec(part));
  if (steps.some((step) => step === null)) return undefined;
  return steps.flatMap((step) => (step?.[1] === undefined ? [] : [{ name: step[1], index: step[2] === undefined ? undefined : Number(step[2]) }]));
}

/** Where a path leads in a file. */
export type Found =
  | {
    readonly kind: 'reached';
    /** The block that holds what the path names, or the innermost of those above it that is there. */
    readonly block: HclBlock;
    /** Types of the blocks that are not there, from the outermost. */
    readonly missing: readonly string[];
    readonly last: PathStep;
    readonly attribute: HclAttribute | undefined;
  }
  | { readonly kind: 'elsewhere' }
  | Obstacle;

/** What keeps a path from being edited. */
export interface Obstacle {
  readonly kind: 'obstacle';
  /** A sentence: what is in the way and what to do. */
  readonly why: string;
  /** What the value comes from, such as `var.memory`, where that is what is in the way. */
  readonly from?: string;
}

export const obstacle = (why: string, from?: string): Obstacle => ({ kind: 'obstacle', why, ...(from !== undefined && { from }) });

/** Goes down a path from a resource's block. */
export function find(document: HclDocument, address: string, path: string): Found {
  const steps = parsePath(path);
  const last = steps?.at(-1);
  if (steps === undefined || last === undefined) return obstacle(`“${path}” is no path to an attribute.`);
  let block = resourceBlock(document, address);
  if (block === undefined) return { kind: 'elsewhere' };
  for (const [place, { name, index = 0 }] of steps.slice(0, -1).entries()) {
    const same: readonly HclBlock[] = block.body.blocks.filter(({ type }) => type === name);
    const next = same[index];
    if (next !== undefined) {
      block = next;
      continue;
    }
    const hindered = hindrance(block, name, index, same.length);
    return hindered ?? { kind: 'reached', block, missing: steps.slice(place, -1).map((step) => step.name), last, attribute: undefined };
  }
  return { kind: 'reached', block, missing: [], last, attribute: block.body.attributes.find(({ name }) => name === last.name) };
}

function hindrance(block: HclBlock, name: string, index: number, count: number): Obstacle | undefined {
  if (isDynamic(block, name)) return obstacle(`The blocks “${name}” are made by a dynamic block; change what it is made from.`, `dynamic "${name}"`);
  if (block.body.attributes.some((attribute) => attribute.name === name)) return obstacle(`“${name}” is written as one value here; change it there.`);
  if (index > count) return obstacle(count === 0 ? `There is no block “${name}” here yet, so there can be no further one.` : `There are only ${String(count)} blocks “${name}” here.`);
  return undefined;
}

/** Whether blocks of a type are made by a `dynamic` block. */
export const isDynamic = ({ body }: HclBlock, name: string): boolean => body.blocks.some(({ type, labels }) => type === 'dynamic' && labels[0] === name);
