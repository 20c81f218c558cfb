/** What `init` made. */
import type { Unplanned } from "./plan";

export interface Project {
  /** Name of the manager in the desired state. */
  readonly manager: string;
  /** The files that were written, from the working folder. */
  readonly files: readonly string[];
  /** With `--from-manager`: the number of declared resources, and of those that the state owns now. */
  readonly declared?: number;
  readonly imported?: number;
  /** What could not be read from the manager: it is not declared. */
  readonly unknown: readonly Unplanned[];
}
