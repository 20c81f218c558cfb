/** The keys that an agent holds. Agents with the same answer share one list. */
export interface ListedKeys extends ReadonlyArray<string> {
  /** Of the bytes of the answer that they were read from; absent where they were not read from one. */
  readonly answerDigest?: () => string;
}
