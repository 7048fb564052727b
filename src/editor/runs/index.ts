export { type LazyRuns, registerRuns, type RunsRegistration } from './register-runs.ts';
export type { Runs, Transfer } from './runs.ts';
