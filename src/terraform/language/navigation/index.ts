export { definitions, type Place, references } from './find.ts';
