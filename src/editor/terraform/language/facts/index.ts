export { type FactsClusters, LiveFacts } from './live-facts.ts';
