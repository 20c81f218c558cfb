import type { DesiredManager } from "../../model/desired-state";
import type { Platform } from "../platform";
import type { ProbeConnections } from "./connections";

/** What all steps of one probe share. */
export interface ProbeSession {
  readonly manager: DesiredManager;
  readonly connections: ProbeConnections;
  readonly platform: Platform;
  /** The path of the journal. */
  readonly path: string;
}
