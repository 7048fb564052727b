import { type AttributeSchema, type BlockSchema, typeName, type TypeSchema } from '../../schema/index.ts';
import type { HclDocument, HclPosition, HclRange } from '../../syntax/index.ts';
import { type Meaning, meaningOf, type ProjectFacts, projectFacts } from '../facts/index.ts';
import { isValuesFile } from '../names/index.ts';
import type { TerraformModule } from '../module.ts';
import { childSchema, topSchema } from '../schema-at/index.ts';
import { moduleValues } from '../values/index.ts';
import { bodyOffers, topOffers, typeOffers } from './body-offers.ts';
import { type Completion, completion, type Offer } from './completion.ts';
import { type Cursor, type Frame, readCursor } from './cursor.ts';
import { referenceOffers } from './reference-offers.ts';
import { useOf, type Variable, variablesOf } from '../variables/index.ts';
import { valueOffers } from './value-offers.ts';

/**
 * What can be put at a position, the likeliest first; not filtered by what is typed already, which editors do by themselves.
 * @param file as in `module.files`; nothing for one that is not there
 */
export function complete(terraform: TerraformModule, file: string, position: HclPosition): Completion[] {
  const document = terraform.module.files.get(file);
  const section = document?.sectionAt(position.line);
  if (document === undefined) return [];
  const start = section?.offset ?? 0;
  const end = document.offsetAt(position);
  const place: Place = { terraform, document, position, line: lineAt(document.text, end, position), sectionText: section?.content.text ?? '', cursor: readCursor(document.text.slice(start, end)) };
  if (place.cursor.silent) return [];
  const offers = isValuesFile(file) ? inValues(place) : inCode(place);
  const seen = new Set<string>();
  return offers.filter(({ label }) => !seen.has(label) && seen.add(label)).map((offer) => completion(offer, replaced(place)));
}

interface Place {
  readonly terraform: TerraformModule;
  readonly document: HclDocument;
  readonly position: HclPosition;
  readonly line: { readonly before: string; readonly after: string };
  readonly sectionText: string;
  readonly cursor: Cursor;
}

function lineAt(text: string, offset: number, { character }: HclPosition): Place['line'] {
  const end = text.indexOf('\n', offset);
  return { before: text.slice(offset - character, offset), after: text.slice(offset, end === -1 ? undefined : end).replace(/\r$/, '') };
}

/** The word at the cursor; in a string, all of it. */
function replaced({ cursor, line: { before, after }, position: { line, character } }: Place): HclRange {
  const [left, right] = cursor.string === undefined ? [/[\p{ID_Continue}-]*$/u.exec(before)?.[0] ?? '', /^[\p{ID_Continue}-]*/u.exec(after)?.[0] ?? ''] : [cursor.string, /^[^"$\s]*(?=")/.exec(after)?.[0] ?? ''];
  return { start: { line, character: Math.max(0, character - left.length) }, end: { line, character: character + right.length } };
}

function inCode(place: Place): Offer[] {
  const { cursor: { frames, string }, terraform: { schemas, module, modules } } = place;
  const frame = frames.at(-1);
  if (frame === undefined) return [];
  const { words } = frame;
  const assigned = words.some(({ kind, text }) => kind === 'sign' && (text === '=' || (text === ':' && frame.kind === 'object')));
  const isBody = frame.kind === 'file' || frame.kind === 'block';
  if (isBody && !assigned) {
    if (string !== undefined) return words.length === 1 && frame.kind === 'file' ? typeOffers(words[0]?.text ?? '', schemas) : [];
    if (words.length > 1 || (words.length === 1 && !/[\p{ID_Continue}-]$/u.test(place.line.before))) return [];
    return frame.kind === 'file' ? topOffers() : inBlock(place);
  }
  const target = targetOf(place);
  if (frame.kind === 'object' && !assigned && words.length < 2 && string === undefined) return target?.type?.kind === 'object' ? bodyOffers(objectBody(target.type), frame.before, hasSign(place)) : [];
  if (string !== undefined && frame.kind !== 'template') return values(place, target, true);
  const written = /(?:[\p{ID_Start}_][\p{ID_Continue}-]*(?:\[[^\]\s]*\])?\.)*(?:[\p{ID_Start}_][\p{ID_Continue}-]*)?$/u.exec(place.line.before)?.[0] ?? '';
  const references = referenceOffers(written, { module, modules, schemas }, frames);
  return written.includes('.') ? references : [...(frame.kind === 'template' || frame.kind === 'group' ? [] : values(place, target, false)), ...references];
}

const objectBody = ({ attributes }: Extract<TypeSchema, { kind: 'object' }>): BlockSchema => ({ attributes, blocks: new Map(), deprecated: false, successor: undefined, description: undefined, open: false });

const hasSign = ({ line: { after } }: Place): boolean => /^[\p{ID_Continue}-]*\s*[={]/u.test(after);

function inBlock(place: Place): Offer[] {
  const { cursor: { frames }, document, position, terraform: { schemas } } = place;
  const blocks = frames.filter(({ kind }) => kind === 'block');
  const schema = schemaOf(blocks, schemas);
  const frame = blocks.at(-1);
  if (schema === undefined || frame === undefined) return [];
  const inner = document.at(position).blocks.at(-1);
  // The frame knows what stands before the cursor, the tree also what comes behind it.
  const word = frame.words[0]?.text;
  const given = inner?.type === frame.name ? [...inner.body.attributes.map(({ name, nameRange }) => (nameRange.end.line === position.line ? '' : name)), ...inner.body.blocks.map(({ type }) => type)] : frame.before;
  return bodyOffers(schema, given.filter((name) => name !== word), hasSign(place));
}

function schemaOf(blocks: readonly Frame[], schemas: TerraformModule['schemas']): BlockSchema | undefined {
  const [top, ...inner] = blocks;
  let schema = top === undefined ? undefined : topSchema({ type: top.name, labels: top.labels }, schemas);
  for (const { name, labels } of inner) schema = schema === undefined ? undefined : childSchema(schema, { type: name, labels })?.block;
  return schema;
}

/** The attribute whose value is being written, down through objects and lists. */
interface ValueTarget {
  readonly schema: AttributeSchema | undefined;
  readonly type: TypeSchema | undefined;
  readonly meaning: Meaning | undefined;
  readonly name: string;
  readonly top: Frame;
}

function targetOf({ cursor: { frames }, terraform: { schemas } }: Place): ValueTarget | undefined {
  const blocks = frames.filter(({ kind }) => kind === 'block');
  const [top] = blocks;
  const block = blocks.at(-1);
  const name = block?.words[0]?.text;
  if (top === undefined || block === undefined || name === undefined) return undefined;
  let schema = schemaOf(blocks, schemas)?.attributes.get(name);
  let type = schema?.type;
  const path = blocks.slice(1).flatMap(({ name: inner, labels }) => (inner === 'content' ? [] : [inner === 'dynamic' ? (labels[0] ?? '') : inner]));
  const names = [name];
  for (const frame of frames.slice(frames.indexOf(block) + 1)) {
    if (frame.kind === 'list' && (type?.kind === 'list' || type?.kind === 'set')) type = type.element;
    else if (frame.kind === 'object') {
      const key = frame.words[0]?.text;
      const assigned = frame.words.some(({ text }) => text === '=' || text === ':');
      if (key === undefined || !assigned) continue;
      if (type?.kind === 'object') {
        schema = type.attributes.get(key);
        type = schema?.type;
        names.push(key);
      } else if (type?.kind === 'map') type = type.element;
    }
  }
  const attribute = names.at(-1) ?? name;
  const meaning = top.name === 'resource' || top.name === 'data' ? meaningOf(top.name, top.labels[0] ?? '', [...path, ...names.slice(0, -1)], attribute) : undefined;
  return { schema, type, meaning, name: attribute, top };
}

const factsIn = ({ module, modules, givenElsewhere }: TerraformModule): ProjectFacts => projectFacts(module, moduleValues(module, givenElsewhere), modules);

function values(place: Place, target: ValueTarget | undefined, inString: boolean): Offer[] {
  const { terraform: { cluster, schemas }, sectionText, document, position } = place;
  if (target === undefined) return [];
  const { top, name } = target;
  if (top.name === 'variable' && name === 'default') return variableValues(place, top.labels[0] ?? '', inString);
  if (top.name === 'variable' && name === 'type' && !inString) return ['string', 'number', 'bool', 'list(string)', 'set(string)', 'map(string)', 'object({})', 'any'].map((label) => ({ label, kind: 'value', text: label }));
  if (name === 'ignore_changes' && !inString) {
    const schema = schemas.resource(top.labels[0] ?? '');
    return [...(schema?.attributes.keys() ?? []), ...(schema?.blocks.keys() ?? [])].map((label) => ({ label, kind: 'value', text: label }));
  }
  const body = document.at(position).body;
  const beside = (wanted: string): string | undefined => {
    const value = body.attributes.find((attribute) => attribute.name === wanted)?.value;
    return value?.kind === 'string' ? value.value : new RegExp(`^\\s*${wanted}\\s*=\\s*"([^"$]+)"`, 'm').exec(sectionText)?.[1];
  };
  const node = /^\s*node_name\s*=\s*"([^"$]+)"/m.exec(sectionText)?.[1];
  return valueOffers(target.schema, target.meaning, cluster, () => factsIn(place.terraform), { node, bridge: beside('bridge'), content: beside('content_type') }, inString);
}

function variableValues({ terraform }: Place, name: string, inString: boolean): Offer[] {
  const { cluster, module, schemas } = terraform;
  const use = useOf(name, module, schemas);
  const boolean = variablesOf(module).get(name)?.type.kind === 'bool' && !inString ? ['true', 'false'].map((label): Offer => ({ label, kind: 'value', text: label })) : [];
  return [...(use === undefined ? [] : valueOffers(use.schema, use.meaning, cluster, () => factsIn(terraform), { node: undefined, bridge: undefined, content: undefined }, inString)), ...boolean];
}

/** In a `.tfvars` file: the variables that have no value there yet, and the values of each. */
function inValues(place: Place): Offer[] {
  const { cursor: { frames, string }, terraform: { module }, document, line: { before } } = place;
  const [frame, ...deeper] = frames;
  const name = frame?.words[0]?.text;
  if (frame?.words.some(({ text }) => text === '=') === true && name !== undefined) return deeper.some(({ kind }) => kind !== 'list') ? [] : variableValues(place, name, string !== undefined);
  if (deeper.length > 0 || string !== undefined || !/^\s*[\p{ID_Continue}-]*$/u.test(before)) return [];
  const set = new Set(document.attributes.map((attribute) => attribute.name).filter((one) => one !== name));
  const offer = ({ name: label, type, required, description }: Variable): Offer => ({
    label, kind: 'attribute', detail: `${required ? 'required variable' : 'variable'}${type.kind === 'any' ? '' : `, ${typeName(type)}`}`, documentation: description, text: hasSign(place) ? label : `${label} = `, again: !hasSign(place),
  });
  return [...variablesOf(module).values()].filter((variable) => !set.has(variable.name)).map(offer);
}
