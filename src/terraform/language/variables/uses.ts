import type { AttributeSchema, BlockSchema, SchemaSource } from '../../schema/index.ts';
import type { HclBlock, HclBody } from '../../syntax/index.ts';
import { type Meaning, meaningOf } from '../facts/index.ts';
import { isValuesFile, type ModuleFolder, sectionNames } from '../names/index.ts';
import { childSchema, topSchema } from '../schema-at/index.ts';

/** An attribute that takes a variable as it is. */
export interface Use {
  readonly schema: AttributeSchema | undefined;
  readonly meaning: Meaning | undefined;
}

/** The first place whose value is `var.name` and nothing else: what it may be there, the variable may be. */
export function useOf(name: string, { files }: ModuleFolder, schemas: SchemaSource): Use | undefined {
  for (const [file, { sections }] of files) {
    if (isValuesFile(file)) continue;
    for (const { content } of sections) {
      if (!sectionNames(content).references.some(({ address, through }) => through === undefined && address === `var.${name}`)) continue;
      for (const block of content.blocks) {
        const use = within(name, block, block.body, topSchema(block, schemas), []);
        if (use !== undefined) return use;
      }
    }
  }
  return undefined;
}

function within(name: string, top: HclBlock, body: HclBody, schema: BlockSchema | undefined, path: readonly string[]): Use | undefined {
  for (const { name: attribute, value } of body.attributes) {
    const [step, ...more] = value.kind === 'traversal' && value.root === 'var' ? value.steps : [];
    if (step?.kind !== 'attribute' || step.name !== name || more.length > 0 || (top.type !== 'resource' && top.type !== 'data')) continue;
    return { schema: schema?.attributes.get(attribute), meaning: meaningOf(top.type, top.labels[0] ?? '', path, attribute) };
  }
  for (const block of body.blocks) {
    const inner = schema === undefined ? undefined : childSchema(schema, block)?.block;
    const use = within(name, top, block.body, inner, block.type === 'content' ? path : [...path, block.type === 'dynamic' ? (block.labels[0] ?? '') : block.type]);
    if (use !== undefined) return use;
  }
  return undefined;
}
