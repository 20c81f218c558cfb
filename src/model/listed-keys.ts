/** The keys that an agent holds. Agents with the same answer share one list. */
export interface ListedKeys extends ReadonlyArray<string> {
  /** Digest of the bytes of their answer; absent if they do not come from an answer. */
  readonly answerDigest?: () => string;
}
