export { type Fold, folds } from './folding.ts';
