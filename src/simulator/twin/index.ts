export { applyTwin } from './apply-twin.ts';
export { readTwinFile, type TwinFile } from './twin-file.ts';
