export { registerImport } from './register-import.ts';
export type { NewGuest } from './write-new-guest.ts';
