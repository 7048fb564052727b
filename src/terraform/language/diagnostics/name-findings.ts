import { closest } from '../../../pve/config/language/index.ts';
import type { SchemaSource } from '../../schema/index.ts';
import type { HclDocument, HclSectionContent } from '../../syntax/index.ts';
import { type Declared, type Reference, sectionNames } from '../names/index.ts';
import type { TerraformDiagnostic } from '../module.ts';

/** Whether a file has a part that cannot be read and may declare what seems to be missing. */
export function hidesDeclarations(documents: Iterable<HclDocument>): boolean {
  for (const { sections } of documents) for (const { content } of sections) if (content.problems.length > 0 && content.blocks.length !== 1) return true;
  return false;
}

const KINDS: Readonly<Record<string, string>> = { var: 'variable', local: 'local', module: 'module', data: 'data source', output: 'output', ephemeral: 'ephemeral resource' };

/** References to what is not declared, and what is declared twice. Lines count from the section's first. */
export function* nameFindings(content: HclSectionContent, declared: Declared, schemas: SchemaSource): Generator<TerraformDiagnostic> {
  const names = sectionNames(content);
  for (const { address, name, nameRange, kind } of names.declarations) {
    if (declared.of(address).length > 1) yield { range: nameRange, severity: 'error', code: 'duplicate-name', message: `There is more than one ${kind === 'resource' ? 'resource' : (KINDS[address.split('.')[0] ?? ''] ?? kind)} ${kind === 'resource' ? address : name} in this module.`, fixes: [] };
  }
  for (const reference of names.references) if (isMissing(reference, declared, schemas)) yield undeclared(reference, declared);
}

/** Names that a `.tfvars` file gives values to, and that no variable has. */
export function* valueFindings(content: HclSectionContent, declared: Declared): Generator<TerraformDiagnostic> {
  for (const reference of sectionNames(content).values) {
    if (declared.has(reference.address)) continue;
    yield { ...undeclared(reference, declared), severity: 'warning' };
  }
}

/** A word with a dot is only taken for a resource when its first part can be the type of one. */
function isMissing({ address, through, past }: Reference, declared: Declared, schemas: SchemaSource): boolean {
  if (past || through !== undefined || declared.has(address)) return false;
  const [root = ''] = address.split('.');
  return root in KINDS || schemas.owns(root) || schemas.resource(root) !== undefined;
}

function undeclared({ address, range }: Reference, declared: Declared): TerraformDiagnostic {
  const parts = address.split('.');
  const name = parts.at(-1) ?? '';
  const prefix = address.slice(0, address.length - name.length);
  const others = [...declared.keys()].filter((other) => other.startsWith(prefix)).map((other) => other.slice(prefix.length));
  const near = closest(name, others);
  const what = KINDS[parts[0] ?? ''] ?? 'resource';
  return {
    range, severity: 'error', code: 'undeclared',
    message: `There is no ${what} ${what === 'resource' || what === 'data source' ? address.replace(/^data\./, '') : name} in this module.${near === undefined ? '' : ` Did you mean ${near}?`}`,
    fixes: near === undefined ? [] : [{ title: `Change to ${near}`, edits: [{ range, text: near }] }],
  };
}
