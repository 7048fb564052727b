/** What is loaded when something is first planned. */
export { Planning } from './planning.ts';
