/** What a policy wants before a proposal may run, from the mildest to the strictest. */
export const demands = ['allow', 'confirm', 'type-the-name', 'refuse'] as const;
export type Demand = (typeof demands)[number];

/** What the policy says about one proposal. */
export interface Decision {
  readonly demand: Demand;
  /** Why, in whole sentences, strictest first: “Destroying a guest asks for its name (default policy).” */
  readonly reasons: readonly string[];
  /** Ids of the proposal's safeguards that must be ticked. */
  readonly required: readonly string[];
  /** What has to be typed when the demand is `type-the-name`: the guest's name, or the number of guests. */
  readonly confirmation?: string;
}
