export { diagnose } from './diagnose.ts';
export { fixEdits } from './fix-edits.ts';
export { blockText, emptyValue } from './snippets.ts';
