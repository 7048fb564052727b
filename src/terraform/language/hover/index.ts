export { type Hover, hover } from './hover.ts';
