export { prepareRename, rename, type Renameable, type Renamed } from './rename.ts';
