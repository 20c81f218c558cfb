/**
 * What the manager's manual leaves open: `probe` asks a manager, the simulator can give any answer, and the engine
 * works with each.
 */
import { callGaps } from "./gaps/call-gaps";
import { clientGaps } from "./gaps/client-gaps";
import type { Gap } from "./gaps/gap";
import { secretGaps } from "./gaps/secret-gaps";
import { untriedGaps } from "./gaps/untried-gaps";

/** The gaps that a probe asks about, by ID, in the order of the report. */
const askedGaps = { ...callGaps, ...clientGaps, ...secretGaps };

/** Every gap, by ID. */
export const gaps: Readonly<Record<GapId, Gap>> = { ...askedGaps, ...untriedGaps };

type Asked = typeof askedGaps;
export type AskedGapId = keyof Asked;
export type GapId = AskedGapId | keyof typeof untriedGaps;
export type AnswerTo<Id extends AskedGapId> = keyof Asked[Id]["answers"] & string;

/** What a manager answers, by gap. */
export type Behaviours = { readonly [Id in AskedGapId]?: AnswerTo<Id> };

export const askedGapIds = Object.keys(askedGaps) as readonly AskedGapId[];

export function isAskedGap(id: string): id is AskedGapId {
  return Object.hasOwn(askedGaps, id);
}

/** The known answers to a gap. */
export function answersTo(id: AskedGapId): readonly string[] {
  return Object.keys(gaps[id].answers);
}
