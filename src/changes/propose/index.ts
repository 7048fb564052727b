export type { Prices } from './capacity.ts';
export { gather, type Gathering } from './gather.ts';
export { missingPrivileges, type Offer, offered } from './offered.ts';
export { type May, mayFrom } from './permissions.ts';
export { propose } from './propose.ts';
