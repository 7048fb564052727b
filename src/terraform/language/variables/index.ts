export { typeOf } from './type-of.ts';
export { type Use, useOf } from './uses.ts';
export { type Variable, variablesOf } from './variables.ts';
