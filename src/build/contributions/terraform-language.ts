import { openTofuLanguages, terraformLanguages } from '../../editor/ids.ts';

const configuration = './media/language/terraform.language-configuration.json';
const grammar = { scopeName: 'source.hcl.terraform', path: './media/language/terraform.tmLanguage.json' };
const { code, values } = terraformLanguages;

/** The ids are those of HashiCorp's extension, so that a file is of one language whoever brings it. */
export const terraformLanguageContributions = [
  { id: code, aliases: ['Terraform'], extensions: ['.tf', '.tofu'], configuration },
  { id: values, aliases: ['Terraform Variables'], extensions: ['.tfvars'], configuration },
  // Only named: VS Code complains of snippets and settings for a language that nobody has named, and OpenTofu's extension may not be there.
  ...Object.values(openTofuLanguages).map((id) => ({ id })),
];

/** The build takes the grammar from the package `tm-grammars`, and its licence with it (MPL-2.0). */
export const terraformGrammars = [code, values].map((language) => ({ language, ...grammar }));

export const terraformSnippets = [code, openTofuLanguages.code].map((language) => ({ language, path: './snippets/terraform.json' }));
