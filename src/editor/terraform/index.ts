export type { NewGuest } from './import/index.ts';
export { type RegisteredTerraform, registerTerraform } from './register-terraform.ts';
export type { TerraformOptions, TerraformServices } from './services.ts';
