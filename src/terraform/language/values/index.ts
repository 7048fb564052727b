export { calledScope, type GivenElsewhere, type ModuleValues, moduleValues, type Origin, valueKeys } from './module-values.ts';
export { evaluate, isList, isMap, type Scope, type Value } from './value.ts';
