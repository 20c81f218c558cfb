import type { Row } from "./row";
import { applyRows } from "./rows/apply";
import { planRows } from "./rows/plan";

/** In the order in which they are measured. */
export const rows: readonly Row[] = [...planRows, ...applyRows];
