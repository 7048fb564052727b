export type { Target } from './model/index.ts';
export { registerExplorer, type RegisteredExplorer } from './register-explorer.ts';
