export { type ChangeValues, differencesOf, pathText } from './differences.ts';
export type { PlanFacts } from './changing.ts';
export { type Effect, effectOf, factsOfPlan } from './effect.ts';
export { actionOf, partId, partsOf } from './parts.ts';
export { type PlanJson, priorResources, provisioned, readPlanJson, type ResourceChange, UnknownPlanFormat } from './plan-json.ts';
export { kindOf, type SubjectKind } from './subjects.ts';
export { countsOf, type PlanCounts, planSummary } from './summary.ts';
