import type { TypeSchema } from '../../schema/index.ts';
import type { HclExpression, HclSectionContent } from '../../syntax/index.ts';
import { codeIn, type ModuleFolder } from '../names/index.ts';
import { tallies } from '../tally/index.ts';
import { typeOf } from './type-of.ts';

/** A variable as its block says it. */
export interface Variable {
  readonly name: string;
  readonly type: TypeSchema;
  readonly description: string | undefined;
  readonly required: boolean;
  readonly sensitive: boolean;
  /** Only where it stands there as it is. */
  readonly byDefault: string | undefined;
}

const inFile = tallies((content: HclSectionContent) => content.blocks.flatMap(({ type, labels: [name], body }) => {
  if (type !== 'variable' || name === undefined || name === '') return [];
  const said = (wanted: string): HclExpression | undefined => body.attributes.find((attribute) => attribute.name === wanted)?.value;
  const description = said('description');
  const byDefault = said('default');
  const sensitive = said('sensitive');
  const value: Variable = {
    name, type: typeOf(said('type')), required: byDefault === undefined,
    description: description?.kind === 'string' || description?.kind === 'template' ? description.value : undefined,
    sensitive: sensitive?.kind === 'bool' && sensitive.value,
    byDefault: byDefault?.kind === 'string' ? JSON.stringify(byDefault.value) : byDefault?.kind === 'number' || byDefault?.kind === 'bool' ? String(byDefault.value) : undefined,
  };
  return [{ key: name, value }];
}));

/** The variables that a module declares, by name; of several by one name, the first. */
export function variablesOf(module: ModuleFolder): ReadonlyMap<string, Variable> {
  return new Map(Array.from(codeIn(module)).flatMap((document) => [...inFile(document).values].flatMap(([name, [variable]]) => (variable === undefined ? [] : [[name, variable] as const]))));
}
