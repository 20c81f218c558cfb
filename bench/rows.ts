import type { Row } from "./row";
import { applyRows } from "./rows/apply";
import { explicitRows } from "./rows/explicit";
import { fleetRows } from "./rows/fleets";
import { othersRow } from "./rows/others";
import { planRows } from "./rows/plan";
import { rebuildRow } from "./rows/rebuild";
import { startRow } from "./rows/start";
import { stateRow } from "./rows/state";
import { watchRow } from "./rows/watch";

/** In the order in which they are measured. */
export const rows: readonly Row[] = [
  startRow,
  ...planRows,
  ...applyRows,
  rebuildRow,
  watchRow,
  stateRow,
  ...explicitRows,
  ...fleetRows,
  othersRow,
];
