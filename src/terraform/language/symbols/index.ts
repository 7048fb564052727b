export { declarationsMatching, outline, type OutlineSymbol } from './symbols.ts';
