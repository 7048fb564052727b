export { terraformContribution, type TerraformContributionOptions } from './contribution.ts';
export { type KeptPlan, KeptPlans } from './kept-plans.ts';
export { type MadePlan, makePlan, type PlanRequest } from './make-plan.ts';
