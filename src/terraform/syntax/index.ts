export { HclDocument, type HclPlace, type HclSection } from './hcl-document.ts';
export { HclParser, type HclParserFiles, loadHclParser } from './hcl-parser.ts';
export { type JsonBlock, jsonBlocks } from './json-blocks.ts';
export type {
  HclAttribute,
  HclBlock,
  HclBody,
  HclComment,
  HclExpression,
  HclObjectMember,
  HclPosition,
  HclProblem,
  HclRange,
  HclSectionContent,
  HclStep,
  HclTraversal,
} from './model.ts';
export { move, moveRange } from './place.ts';
export { comparePositions, contains } from './ranges.ts';
export { TextLines } from './text-lines.ts';
export { attributesWithin, childrenOf, traversalsIn } from './walk.ts';
