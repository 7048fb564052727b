export type { BindingMemory } from './bindings.ts';
export { type ProjectEnvironment, type ProjectsOptions, TerraformProjects } from './terraform-projects.ts';
export { TerraformTrouble, type TroubleKind } from './trouble.ts';
