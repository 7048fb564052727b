export type { ConsolePlace } from './console-place.ts';
export { Consoles } from './consoles.ts';
