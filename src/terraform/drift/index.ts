export { type Comparison, compare, type Difference } from './compare.ts';
export { type CodeUpdate, codePath, isSaid, updateCode } from './in-code.ts';
export { GuestConfigs, type GuestConfigsOptions, type KnownConfig } from './guest-configs.ts';
export { type ClusterView, differenceText, needsConfig, type ResourceDrift, rowIdOf, type Standing, standingOf, unmanagedGuests, valueText } from './standing.ts';
