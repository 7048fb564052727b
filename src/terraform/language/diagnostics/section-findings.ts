import { closest } from '../../../pve/config/language/index.ts';
import { type CoreBlock, coreBlocks, type SchemaSource } from '../../schema/index.ts';
import type { HclBlock, HclSectionContent } from '../../syntax/index.ts';
import type { Fix, TerraformDiagnostic } from '../module.ts';
import { topSchema } from '../schema-at/index.ts';
import { checkBody } from './check-body.ts';
import { defaultFindings } from './given-values.ts';

const found = new WeakMap<HclSectionContent, { readonly schemas: SchemaSource; readonly findings: readonly TerraformDiagnostic[] }>();

/** What the syntax and the schemas find in a section, whatever stands elsewhere; lines count from the section's first. */
export function sectionFindings(content: HclSectionContent, schemas: SchemaSource): readonly TerraformDiagnostic[] {
  const known = found.get(content);
  if (known?.schemas === schemas) return known.findings;
  const broken = content.problems.length > 0;
  const said = [...content.blocks.flatMap((block) => [...checkTop(block, schemas)]), ...strayAttributes(content), ...defaultFindings(content)];
  // What seems to be missing may stand in the part that cannot be read.
  const findings = [...syntax(content), ...(broken ? said.filter(({ code }) => !code.startsWith('missing-')) : said)];
  found.set(content, { schemas, findings });
  return findings;
}

/** What the syntax finds in a section of a `.tfvars` file, which holds attributes alone. */
export function valuesFindings(content: HclSectionContent): TerraformDiagnostic[] {
  return [
    ...syntax(content),
    ...content.blocks.map((block): TerraformDiagnostic => ({ range: block.headRange, severity: 'error', code: 'block-in-values', message: 'A .tfvars file only gives values to variables: name = value.', fixes: [] })),
  ];
}

export function syntax({ problems }: HclSectionContent): TerraformDiagnostic[] {
  return problems.map(({ range, message }) => ({ range, severity: 'error', code: 'syntax', message, fixes: [] }));
}

function strayAttributes({ attributes }: HclSectionContent): TerraformDiagnostic[] {
  return attributes.map(({ name, nameRange }) => ({ range: nameRange, severity: 'error', code: 'attribute-outside', message: `${name} stands outside of any block. Values of the module’s own belong into a block locals { … }.`, fixes: [] }));
}

function* checkTop(block: HclBlock, schemas: SchemaSource): Generator<TerraformDiagnostic> {
  const core = coreBlocks.get(block.type);
  if (core === undefined) {
    const near = closest(block.type, coreBlocks.keys());
    yield {
      range: block.typeRange, severity: 'error', code: 'unknown-block',
      message: `Terraform has no block ${block.type}.${near === undefined ? '' : ` Did you mean ${near}?`}`,
      fixes: near === undefined ? [] : [{ title: `Change to ${near}`, edits: [{ range: block.typeRange, text: near }] }],
    };
    return;
  }
  yield* checkLabels(block, core);
  const unknown = unknownType(block, schemas);
  if (unknown !== undefined) {
    yield unknown;
    return;
  }
  const schema = topSchema(block, schemas);
  if (schema === undefined) return;
  if (schema.deprecated) yield deprecatedType(block, schema.successor);
  yield* checkBody(block, schema);
}

function* checkLabels(block: HclBlock, { labels }: CoreBlock): Generator<TerraformDiagnostic> {
  if (block.labels.length !== labels.length) {
    const wanted = labels.length === 0 ? 'takes no name' : `takes a ${labels.join(' and a ')}`;
    yield { range: block.headRange, severity: 'error', code: 'wrong-labels', message: `${block.type} ${wanted} before its {.`, fixes: [] };
  }
  for (const [index, label] of block.labels.entries()) {
    const range = block.labelRanges[index];
    // A name that nobody has typed yet is no wrong one; the type has rules of its own.
    if (range === undefined || labels[index] !== 'name' || /^[\p{ID_Start}_][\p{ID_Continue}-]*$/u.test(label)) continue;
    yield { range, severity: 'error', code: 'wrong-name', message: 'A name begins with a letter or _, and holds letters, digits, _ and - only.', fixes: [] };
  }
}

/** Types of providers whose schema is not known are left alone. */
function unknownType(block: HclBlock, schemas: SchemaSource): TerraformDiagnostic | undefined {
  const [type] = block.labels;
  const [range] = block.labelRanges;
  if ((block.type !== 'resource' && block.type !== 'data') || type === undefined || range === undefined || !schemas.owns(type)) return undefined;
  const [known, types] = block.type === 'resource' ? [schemas.resource(type), schemas.resourceTypes] : [schemas.dataSource(type), schemas.dataSourceTypes];
  if (known !== undefined) return undefined;
  const near = closest(type, types);
  return {
    range, severity: 'error', code: 'unknown-type',
    message: `The provider has no ${block.type === 'resource' ? 'resource' : 'data source'} ${type}.${near === undefined ? '' : ` Did you mean ${near}?`}`,
    fixes: near === undefined ? [] : [{ title: `Change to ${near}`, edits: [{ range, text: `"${near}"` }] }],
  };
}

function deprecatedType({ type: kind, labels: [type = '', name = ''], labelRanges: [label], headRange, range: { end } }: HclBlock, successor: string | undefined): TerraformDiagnostic {
  const range = label ?? headRange;
  return { range, severity: 'warning', code: 'deprecated', message: `${type} is deprecated.${successor === undefined ? '' : ` Use ${successor}.`}`, deprecated: true, fixes: successor === undefined ? [] : [otherType(successor)] };

  function otherType(other: string): Fix {
    const edit = { range, text: `"${other}"` };
    if (kind !== 'resource') return { title: `Change to ${other}`, edits: [edit], retyped: { address: `data.${type}.${name}`, type: other } };
    // Without `moved`, Terraform would destroy the one and create the other.
    const moved = { range: { start: end, end }, text: `\n\nmoved {\n  from = ${type}.${name}\n  to   = ${other}.${name}\n}` };
    return { title: `Change to ${other} and say that it moved`, edits: [edit, moved], retyped: { address: `${type}.${name}`, type: other } };
  }
}
