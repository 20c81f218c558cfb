import { ManagerError } from "../../api/manager-error";
import { type AskedGapId, askedGapIds, type GapId, gaps, isAskedGap } from "../../model/gaps";
import type { ProbeResult } from "../../model/probe";
import { callProbes } from "./call-probes";
import { clientProbes } from "./client-probes";
import type { Probes } from "./compare";
import { NO_PERMISSION, NotTried } from "./judge-reply";
import type { Lab } from "./lab";
import { secretProbes } from "./secret-probes";

export interface ProbeRun {
  readonly results: readonly ProbeResult[];
  /** Whether a fault prevented some of the probes. */
  readonly isPartial: boolean;
}

const probes: Probes<AskedGapId> = { ...callProbes, ...clientProbes, ...secretProbes };

const SKIPPED = "left out with --skip";

/**
 * Probes one gap after the other. If the manager does not answer, the rest is not tried. `onGap` is called before
 * each.
 */
export async function runProbes(
  lab: Lab,
  skip: readonly string[],
  onGap: (id: AskedGapId) => void,
): Promise<ProbeRun> {
  const results: ProbeResult[] = [];
  let isPartial = false;
  let stopped: NotTried | undefined;
  for (const id of askedGapIds) {
    if (skip.includes(id)) {
      results.push(resultOf(id, { reason: SKIPPED }));
      continue;
    }
    if (stopped === undefined) onGap(id);
    const answer = stopped ?? (await answerOf(lab, id));
    if (answer instanceof NotTried) {
      isPartial ||= answer.isFault;
      if (answer instanceof NoAnswer) stopped = answer;
      results.push(resultOf(id, { reason: answer.reason }));
    } else results.push(resultOf(id, answer));
  }
  const untried = Object.entries(gaps).flatMap(([id, { untried: reason }]) =>
    isAskedGap(id) || reason === undefined ? [] : [resultOf(id as GapId, { reason })],
  );
  return { results: [...results, ...untried], isPartial };
}

/** The manager does not answer: it is not asked anything more. */
class NoAnswer extends NotTried {}

type Answer = Pick<ProbeResult, "seen" | "evidence">;

async function answerOf(lab: Lab, id: AskedGapId): Promise<Answer | NotTried> {
  lab.takeEvidence();
  const answer = await caught(async () => ({ seen: await probes[id](lab), evidence: lab.takeEvidence() }));
  // The next probe would take leftovers of this one as its own.
  const untidy = answer instanceof NoAnswer ? undefined : await caught(() => lab.tidy());
  return untidy instanceof NoAnswer ? untidy : answer;
}

async function caught<T>(ask: () => Promise<T>): Promise<T | NotTried> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof NotTried) return error;
    if (!(error instanceof ManagerError)) throw error;
    const { code, status } = error.details;
    if (status === undefined) return new NoAnswer(reasons[code] ?? "no answer came", true);
    return new NotTried(reasons[code] ?? "the manager failed to carry a request out", true);
  }
}

const reasons: Readonly<Partial<Record<ManagerError["details"]["code"], string>>> = {
  "manager-denied": NO_PERMISSION,
  "audit-unwritable": "the audit trail cannot be written",
  "manager-malformed": "an answer was not as the API specifies",
  "manager-partial": "an answer covered only a part of what was asked",
};

function resultOf(id: GapId, { seen, evidence, reason }: Answer & { reason?: string }): ProbeResult {
  const { question, chapter, assumption, asked, answers } = gaps[id];
  const gap = { id, question, chapter, assumption, asked };
  if (seen === undefined) return { ...gap, result: "not-tried", reason };
  const answer = answers[seen];
  const observation = {
    seen,
    evidence: evidence !== undefined && evidence.length > 0 ? evidence : undefined,
  };
  if (answer?.isAssumed) return { ...gap, result: "as-assumed", ...observation };
  return { ...gap, result: "different", ...observation, meaning: answer?.meaning ?? UNKNOWN };
}

const UNKNOWN = "an unknown answer; please report it, because jp1im was never tested with it";
