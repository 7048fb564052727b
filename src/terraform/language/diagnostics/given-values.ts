import type { HclSectionContent } from '../../syntax/index.ts';
import { projectFacts, settledClaim } from '../facts/index.ts';
import type { TerraformDiagnostic, TerraformModule } from '../module.ts';
import { moduleValues } from '../values/index.ts';
import { typeOf, useOf, variablesOf } from '../variables/index.ts';
import { claimSuspicions } from './claim-findings.ts';
import { checkValue } from './values.ts';
import type { AttributeSchema, TypeSchema } from '../../schema/index.ts';

const schemaOf = (type: TypeSchema): AttributeSchema => ({
  type, required: false, optional: true, computed: false, sensitive: false, deprecated: false,
  successor: undefined, description: undefined, values: undefined, minimum: undefined, maximum: undefined, asBlock: false,
});

/** Attributes of an object that its type does not name are left out without a word. */
const ofType = (findings: Iterable<TerraformDiagnostic>): TerraformDiagnostic[] => [...findings].filter(({ code }) => code !== 'unknown-attribute');

/** What is wrong with the values that a `.tfvars` file gives: by the types of the variables, and where one is used as it is, against the cluster. */
export function givenFindings({ attributes }: HclSectionContent, { module, modules, schemas, cluster, givenElsewhere }: TerraformModule): TerraformDiagnostic[] {
  const variables = variablesOf(module);
  return attributes.flatMap(({ name, value }) => {
    const variable = variables.get(name);
    if (variable === undefined) return [];
    const wrong = ofType(checkValue(name, value, schemaOf(variable.type)));
    const meaning = wrong.length > 0 || cluster === undefined ? undefined : useOf(name, module, schemas)?.meaning;
    const claim = meaning === undefined ? undefined : settledClaim({ meaning, value, node: undefined, bridge: undefined, content: undefined }, { named: () => undefined });
    if (claim === undefined || cluster === undefined) return wrong;
    const project = projectFacts(module, moduleValues(module, givenElsewhere), modules);
    return claimSuspicions(claim, cluster).filter(({ unless }) => unless === undefined || !project.makes(...unless)).map(({ finding }) => finding);
  });
}

/** Defaults of variables that are not of their types. */
export function defaultFindings({ blocks }: HclSectionContent): TerraformDiagnostic[] {
  return blocks.flatMap(({ type, body: { attributes } }) => {
    const value = type === 'variable' ? attributes.find(({ name }) => name === 'default')?.value : undefined;
    return value === undefined ? [] : ofType(checkValue('default', value, schemaOf(typeOf(attributes.find(({ name }) => name === 'type')?.value))));
  });
}
