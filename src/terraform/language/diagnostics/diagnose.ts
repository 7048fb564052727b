import { type HclDocument, type HclSectionContent, move } from '../../syntax/index.ts';
import { calledKey, factKey, factKeys, modulesCalled, type ProjectFacts, projectFacts, sectionFacts } from '../facts/index.ts';
import { codeIn, type Declared, declaredIn, isValuesFile, jsonText, sectionNames, withJson } from '../names/index.ts';
import type { TerraformDiagnostic, TerraformModule } from '../module.ts';
import { type ModuleValues, moduleValues, valueKeys } from '../values/index.ts';
import { suspicionsOf } from './claim-findings.ts';
import { givenFindings } from './given-values.ts';
import { hidesDeclarations, nameFindings, valueFindings } from './name-findings.ts';
import { type Dependent, remembered } from './remembered.ts';
import { sectionFindings, valuesFindings } from './section-findings.ts';
import { vmidFindings, vmidsCalled, vmidsOf } from './vmid-findings.ts';

/**
 * Everything wrong with one file of a module: by syntax, by the schemas, by what the module declares, and against the cluster. What is
 * wrong with a section is worked out once for as long as its text and all that it depends on stay the same, so that a keystroke costs
 * the item around it.
 * Whatever is not known, a value that has to be worked out, another provider's resource, is taken to be right.
 *
 * @param file as in `module.files`; nothing is found in one that is not there
 */
export function diagnose(terraform: TerraformModule, file: string): TerraformDiagnostic[] {
  const document = terraform.module.files.get(file);
  if (document === undefined) return [];
  const declared = withJson(declaredIn(codeIn(terraform.module)), terraform.module);
  const findings = isValuesFile(file) ? inValues(terraform, document, declared) : inCode(terraform, document, declared);
  // While a part cannot be read, what seems to be missing may stand in it.
  return findings.some(({ code }) => code === 'undeclared') && hidesDeclarations(terraform.module.files.values()) ? findings.filter(({ code }) => code !== 'undeclared') : findings;
}

function inValues(terraform: TerraformModule, { sections }: HclDocument, declared: Declared): TerraformDiagnostic[] {
  return sections.flatMap((section) => [...valuesFindings(section.content), ...valueFindings(section.content, declared), ...givenFindings(section.content, terraform)].map((finding) => move(finding, section.line)));
}

function inCode(terraform: TerraformModule, document: HclDocument, declared: Declared): TerraformDiagnostic[] {
  const { schemas, cluster, managed, module, modules, givenElsewhere } = terraform;
  const values = moduleValues(module, givenElsewhere);
  const known: Known = { terraform, declared, values, project: projectFacts(module, values, modules) };
  const all: TerraformDiagnostic[] = [];
  for (const { section, findings } of remembered(document, [schemas, cluster, managed, givenElsewhere, jsonText([module, ...modulesCalled(module, modules)])], [declared, values.tally, ...known.project.watched], (content) => inSection(content, known))) {
    all.push(...move(findings, section.line));
  }
  return all;
}

/** What there is beyond a section. */
interface Known {
  readonly terraform: TerraformModule;
  readonly declared: Declared;
  readonly values: ModuleValues;
  readonly project: ProjectFacts;
}

function inSection(content: HclSectionContent, { terraform: { schemas, cluster, managed, module, modules }, declared, values, project }: Known): Dependent {
  const { described } = sectionFacts(content);
  const names = sectionNames(content);
  const asked = new Set<string>();
  const suspicions = cluster === undefined ? [] : described.flatMap((one) => suspicionsOf(one, cluster, values, asked));
  const calls = content.blocks.filter(({ type }) => type === 'module');
  const called = modules === undefined ? [] : calls.flatMap((call) => [...vmidsCalled(call, module, values.scope(asked), modules)]);
  const guests = [...described.flatMap((one) => vmidsOf(one, values.scope(asked))), ...called];
  const findings = [
    ...sectionFindings(content, schemas),
    ...nameFindings(content, declared, schemas),
    ...vmidFindings(guests, { cluster, managed, project }),
    ...suspicions.filter(({ unless }) => unless === undefined || !project.makes(...unless)).map(({ finding }) => finding),
  ];
  const keys = [
    ...names.declarations.map(({ address }) => address),
    ...names.references.map(({ address }) => address),
    ...guests.flatMap(({ vmid }) => [factKey('guest', vmid), ...factKeys('import', vmid)]),
    ...suspicions.flatMap(({ unless }) => (unless === undefined ? [] : factKeys(...unless))),
    ...valueKeys(asked),
    ...(calls.length > 0 ? [calledKey] : []),
  ];
  return { findings, keys };
}
