export { registerTerraformLanguage } from './register-language.ts';
export { isTerraform } from './neighbours.ts';
