export { type Context, decide, type Policies } from './decide.ts';
export { type PolicyCompletion, policyCompletions } from './completion.ts';
export { PolicySource, type PolicyTrouble } from './policy-source.ts';
export { type Decision, type Demand, demands } from './decision.ts';
export { type ParsedPolicy, parsePolicy, type PolicyProblem, readPolicySetting } from './parse.ts';
export { type Policy, policyJsonSchema, policySchema } from './schema.ts';
