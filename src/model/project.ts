/** What `init` made. */
import type { Unplanned } from "./plan";

export interface Project {
  /** Name of the manager in the desired state. */
  readonly manager: string;
  /** The files that were written, from the working folder. */
  readonly files: readonly string[];
  /** With `--from-manager`: how many resources were declared, and how many of them the state owns now. */
  readonly declared?: number;
  readonly imported?: number;
  /** What of the manager could not be read: it is not declared. */
  readonly unknown: readonly Unplanned[];
}
