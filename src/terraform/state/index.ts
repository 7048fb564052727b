export { pullState, readStateFile, type StatePlace, statePlace } from './place.ts';
export { type ManagedResource, type ManagedTarget, type ProjectState, readState, UnreadableState } from './state.ts';
