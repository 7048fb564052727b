export { registerConfigFiles, type RegisteredConfigFiles } from './register-config-files.ts';
export type { ConfigFileServices } from './config-files.ts';
export type { ReviewingDoor } from './save-config.ts';
