export { complete } from './complete.ts';
export type { Completion } from './completion.ts';
export { nodeText } from './live-values.ts';
