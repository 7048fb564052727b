export { type ModuleTally, moduleTally, type Watched } from './module-tally.ts';
export { type Entry, tallies, type Tally } from './tally.ts';
