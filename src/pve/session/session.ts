/** What a request carries to say who sends it. */
export interface Proof {
  readonly headers: Readonly<Record<string, string>>;
}

/** How a connection's requests are authenticated. */
export interface Session {
  /**
   * The current proof; logs in first when there is none.
   * @throws PveError, also of kinds `unauthorised` and `second-factor`.
   */
  proof(signal: AbortSignal | undefined): Promise<Proof>;
  /** Tells that the server refused a proof. @returns whether another one is worth a try. */
  refused(proof: Proof): boolean;
}
