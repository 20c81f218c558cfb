/** All of a state as one value. */
export interface StateCopy {
  readonly lineage: string;
  /** By manager. */
  readonly managers: ReadonlyMap<string, PartitionCopy>;
}

export interface PartitionCopy {
  readonly serial: number;
  /** The complete lines of its log. */
  readonly log: Buffer;
  /** Sealed secrets that wait for their delivery, by name. */
  readonly kept: ReadonlyMap<string, string>;
}
