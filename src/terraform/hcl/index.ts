export { attribute, block, type Body, comment, type Expression, type Item, object, printExpression, printHcl, quote, reference, type Reference } from './print.ts';
