import { type Influence, noInfluence } from "./call";
import type { EffectOf, FaultEffect } from "./fault";

/** Everything that faults do to one request. */
export interface CombinedEffects {
  /** Milliseconds. */
  readonly waitBefore: number;
  readonly waitAfter: number;
  /** The answer instead of carrying out the request. */
  readonly instead?: EffectOf<"drop" | "status" | "raw"> | undefined;
  /** The answer in place of the real one, after it was carried out. */
  readonly afterwards?: EffectOf<"drop" | "status"> | undefined;
  readonly warnings: readonly EffectOf<"warning">[];
  readonly influence: Influence;
}

/** Adds up latencies; takes the answer of the first fault and the smallest limit. */
export function combineEffects(effects: readonly FaultEffect[]): CombinedEffects {
  if (effects.length === 0) return NOTHING;
  const waits = all(effects, "latency");
  const answers = effects.filter(
    (effect) => effect.type === "drop" || effect.type === "status" || effect.type === "raw",
  );
  const instead = answers.find((effect) => effect.type === "raw" || effect.when !== "after");
  const afterwards = answers.find((effect) => effect.type !== "raw" && effect.when === "after");
  return {
    waitBefore: sum(waits.filter(({ when }) => when === "before")),
    waitAfter: sum(waits.filter(({ when }) => when !== "before")),
    instead,
    afterwards: afterwards === undefined || afterwards.type === "raw" ? undefined : afterwards,
    warnings: all(effects, "warning"),
    influence: influenceOf(effects),
  };
}

const NOTHING: CombinedEffects = { waitBefore: 0, waitAfter: 0, warnings: [], influence: noInfluence };

function influenceOf(effects: readonly FaultEffect[]): Influence {
  const limits = all(effects, "body-limit").map(({ bytes }) => bytes);
  const interrupts = all(effects, "interrupt").map(({ items }) => items);
  return {
    managerStates: all(effects, "manager-state"),
    agentStates: all(effects, "agent-state"),
    expireSession: effects.some(({ type }) => type === "expire-session"),
    bodyLimit: limits.length === 0 ? undefined : Math.min(...limits),
    interruptAfter: interrupts.length === 0 ? undefined : Math.min(...interrupts),
  };
}

function all<T extends FaultEffect["type"]>(effects: readonly FaultEffect[], type: T): EffectOf<T>[] {
  return effects.filter((effect): effect is EffectOf<T> => effect.type === type);
}

function sum(waits: readonly EffectOf<"latency">[]): number {
  return waits.reduce((total, { ms }) => total + ms, 0);
}
