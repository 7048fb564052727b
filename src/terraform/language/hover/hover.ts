import { type AttributeSchema, attributeAsBlock, type BlockSchema, coreBlocks, typeName } from '../../schema/index.ts';
import type { HclBlock, HclExpression, HclPlace, HclPosition, HclRange } from '../../syntax/index.ts';
import { contains } from '../../syntax/index.ts';
import { claimsOf, type Meaning, meaningOf } from '../facts/index.ts';
import { isValuesFile } from '../names/index.ts';
import type { TerraformModule } from '../module.ts';
import { bodySchema, topSchema } from '../schema-at/index.ts';
import { evaluate, moduleValues } from '../values/index.ts';
import { useOf, type Variable, variablesOf } from '../variables/index.ts';
import { liveText, plain } from './live-text.ts';

/** What is known of what stands at a position. */
export interface Hover {
  readonly range: HclRange;
  /** Markdown, without anything from the cluster or the code that could be taken for markup. */
  readonly markdown: string;
}

/** @param file as in `module.files`; undefined where nothing is known */
export function hover(terraform: TerraformModule, file: string, position: HclPosition): Hover | undefined {
  const document = terraform.module.files.get(file);
  if (document === undefined) return undefined;
  const place = document.at(position);
  if (isValuesFile(file)) return ofGiven(terraform, place, position);
  return place.head === undefined ? (ofAttribute(terraform, place, position) ?? ofName(terraform, place)) : ofHead(terraform, place, place.head, position);
}

/** What a variable or local is, what it comes to, and what the cluster knows of that. */
function ofName({ module, givenElsewhere, cluster }: TerraformModule, { blocks: [top], attribute, expressions }: HclPlace): Hover | undefined {
  const name = expressions.findLast((expression) => expression.kind === 'traversal');
  const [step] = name?.steps ?? [];
  if (name === undefined || step?.kind !== 'attribute' || (name.root !== 'var' && name.root !== 'local')) return undefined;
  const address = `${name.root}.${step.name}`;
  const values = moduleValues(module, givenElsewhere);
  const value = evaluate(name, values.scope());
  const origin = values.originOf(address);
  const variable = name.root === 'var' ? variablesOf(module).get(step.name) : undefined;
  if (variable === undefined && origin === undefined) return undefined;
  const known = (typeof value === 'string' || typeof value === 'number') && variable?.sensitive !== true ? value : undefined;
  const meaning = top === undefined || attribute?.value !== name || (top.type !== 'resource' && top.type !== 'data') ? undefined : claimsOf(top.type, top.labels[0] ?? '', top.body).find((claim) => claim.value === name)?.meaning;
  const live = known === undefined || meaning === undefined || cluster === undefined ? undefined : liveText(meaning, known, undefined, cluster);
  const from = origin === undefined || origin.byDefault ? '' : `, from ${plain(origin.file.replace(/^.*[\\/]/, ''))}`;
  return { range: name.range, markdown: lines([
    variable === undefined ? `**${plain(address)}**` : variableText({ ...variable, byDefault: known === undefined ? variable.byDefault : undefined }),
    ...(known === undefined ? [] : [`Value: ${plain(JSON.stringify(known))}${from}`]),
    ...(live === undefined ? [] : [live]),
  ]) };
}

/** In a `.tfvars` file: what the variable is, and what its value names where the code takes it as it is. */
function ofGiven({ module, schemas, cluster }: TerraformModule, { attribute, expressions }: HclPlace, position: HclPosition): Hover | undefined {
  if (attribute === undefined) return undefined;
  const variable = variablesOf(module).get(attribute.name);
  if (contains(attribute.nameRange, position)) return variable === undefined ? undefined : { range: attribute.nameRange, markdown: variableText(variable) };
  const [value, inner] = expressions;
  const literal = value === undefined || inner !== undefined ? undefined : literalOf(value);
  const meaning = literal === undefined || cluster === undefined ? undefined : useOf(attribute.name, module, schemas)?.meaning;
  const markdown = literal === undefined || cluster === undefined || meaning === undefined ? undefined : liveText(meaning, literal, undefined, cluster);
  return value === undefined || markdown === undefined ? undefined : { range: value.range, markdown };
}

function variableText({ name, type, required, sensitive, description, byDefault }: Variable): string {
  return lines([
    `**var.${name}** — ${[...(type.kind === 'any' ? [] : [typeName(type)]), required ? 'required' : 'optional', ...(sensitive ? ['sensitive'] : [])].join(', ')}`,
    ...(description === undefined || description === '' ? [] : [plain(description)]),
    ...(byDefault === undefined || sensitive ? [] : [`Default: ${plain(byDefault)}`]),
  ]);
}

function ofHead({ schemas, cluster }: TerraformModule, { blocks }: HclPlace, head: HclBlock, position: HclPosition): Hover | undefined {
  const label = head.labelRanges.findIndex((range) => contains(range, position));
  if (blocks.length > 0) {
    const parent = bodySchema(blocks, schemas)?.schema;
    const nested = parent?.blocks.get(head.type);
    const attribute = parent?.attributes.get(head.type);
    if (nested !== undefined) return { range: head.typeRange, markdown: lines([`**${head.type}** — block${nested.min > 0 ? ', required' : ''}${nested.max === undefined ? '' : `, at most ${String(nested.max)}`}`, ...prose(nested.block)]) };
    return attribute === undefined || attributeAsBlock(attribute) === undefined ? undefined : { range: head.typeRange, markdown: attributeText(head.type, attribute) };
  }
  const [type = ''] = head.labels;
  const schema = topSchema(head, schemas);
  if (label === -1) {
    const core = coreBlocks.get(head.type);
    return core === undefined ? undefined : { range: head.typeRange, markdown: lines([`**${head.type}**${core.labels.map((one) => ` "${one}"`).join('')}`]) };
  }
  const range = head.labelRanges[label] ?? head.headRange;
  if (label === 0 && (head.type === 'resource' || head.type === 'data' || head.type === 'provider')) return schema === undefined ? undefined : { range, markdown: lines([`**${type}**`, ...prose(schema)]) };
  // The guest that a resource describes, by the name of the resource.
  const own = head.type !== 'resource' || cluster === undefined ? undefined : head.body.attributes.find(({ name }) => meaningOf('resource', type, [], name)?.kind === 'own-vmid')?.value;
  const live = own === undefined || cluster === undefined ? undefined : liveText({ kind: 'own-vmid' }, literalOf(own) ?? '', undefined, cluster);
  return live === undefined ? undefined : { range, markdown: live };
}

function ofAttribute({ schemas, cluster }: TerraformModule, { blocks, attribute, expressions }: HclPlace, position: HclPosition): Hover | undefined {
  const [top] = blocks;
  const known = bodySchema(blocks, schemas);
  if (top === undefined || attribute === undefined || known === undefined) return undefined;
  const schema = known.schema.attributes.get(attribute.name);
  if (contains(attribute.nameRange, position)) return schema === undefined ? undefined : { range: attribute.nameRange, markdown: attributeText(attribute.name, schema) };
  const inner = withinObjects(attribute.name, schema, expressions, position);
  if (inner?.key !== undefined) return inner.schema === undefined ? undefined : { range: inner.key, markdown: attributeText(inner.names.at(-1) ?? '', inner.schema) };
  const value = expressions.at(-1);
  const literal = value === undefined ? undefined : literalOf(value);
  if (value === undefined || literal === undefined || cluster === undefined || (top.type !== 'resource' && top.type !== 'data')) return undefined;
  const names = inner?.names ?? [attribute.name];
  const meaning: Meaning | undefined = meaningOf(top.type, top.labels[0] ?? '', [...known.path, ...names.slice(0, -1)], names.at(-1) ?? attribute.name);
  const node = top.body.attributes.find(({ name }) => name === 'node_name')?.value;
  const markdown = meaning === undefined ? undefined : liveText(meaning, literal, node?.kind === 'string' ? node.value : undefined, cluster);
  return markdown === undefined ? undefined : { range: value.range, markdown };
}

/** The attribute of an object that the position is in, or on whose key. */
function withinObjects(name: string, schema: AttributeSchema | undefined, expressions: readonly HclExpression[], position: HclPosition): { readonly names: string[]; readonly schema: AttributeSchema | undefined; readonly key: HclRange | undefined } | undefined {
  const names = [name];
  let at = schema;
  for (const expression of expressions) {
    if (expression.kind !== 'object') continue;
    const member = expression.members.find(({ range }) => contains(range, position));
    if (member?.name === undefined) return undefined;
    let type = at?.type;
    if (type?.kind === 'list' || type?.kind === 'set') type = type.element;
    // The keys of a map are no attributes.
    if (type?.kind === 'map') {
      at = at === undefined ? undefined : { ...at, type: type.element };
      continue;
    }
    at = type?.kind === 'object' ? type.attributes.get(member.name) : undefined;
    names.push(member.name);
    if (contains(member.key.range, position)) return { names, schema: at, key: member.key.range };
  }
  return { names, schema: at, key: undefined };
}

function literalOf(value: HclExpression): string | number | undefined {
  return value.kind === 'string' || value.kind === 'number' ? value.value : undefined;
}

function attributeText(name: string, { type, required, optional, computed, sensitive, deprecated, successor, description, values, minimum, maximum }: AttributeSchema): string {
  const how = [required ? 'required' : optional ? 'optional' : undefined, computed ? (optional ? 'worked out where it is not set' : 'worked out by the provider') : undefined, sensitive ? 'sensitive' : undefined];
  const shown = (values ?? []).filter((value) => value !== '');
  return lines([
    `**${name}** — ${[typeName(type), ...how.filter((one) => one !== undefined)].join(', ')}`,
    ...(deprecated ? [`Deprecated.${successor === undefined ? '' : ` Use \`${successor}\`.`}`] : []),
    ...(description === undefined ? [] : [description]),
    ...(shown.length === 0 ? [] : [`One of ${shown.slice(0, 24).map((value) => `\`${value}\``).join(', ')}${shown.length > 24 ? ', …' : ''}.`]),
    ...(minimum === undefined && maximum === undefined ? [] : [minimum === undefined ? `At most ${String(maximum)}.` : maximum === undefined ? `At least ${String(minimum)}.` : `Between ${String(minimum)} and ${String(maximum)}.`]),
  ]);
}

const prose = ({ deprecated, successor, description }: BlockSchema): string[] => [...(deprecated ? [`Deprecated.${successor === undefined ? '' : ` Use \`${successor}\`.`}`] : []), ...(description === undefined ? [] : [description])];
const lines = (all: readonly string[]): string => all.join('\n\n');
