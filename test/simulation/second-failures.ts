/** Two failures of one operation: the answer to a write is lost, and what should settle that fails as well. */
import type { Fault, FaultEffect } from "../../src/simulator/fault";
import type { Chance } from "./chance";
import type { DesiredChoice } from "./desired";
import type { Step } from "./history";
import { READS } from "./network";
import { NAGOYA_INITIALS, VARIABLES } from "./world";

const WEIGHTS = {
  "agents/secrets/change": 3,
  "secret/client/generateInfo": 3,
  "secret/client/deleteInfo": 2,
  "secret/generateInfo": 3,
  "subManagers/createInfo": 3,
  "subManagers/deleteInfo": 2,
} as const;
type Write = keyof typeof WEIGHTS;

/** The last step sends one write for certain, which fails twice; the step before it what comes before that one. */
export function withSecondFailures(steps: readonly Step[], chance: Chance): readonly Step[] {
  if (!chance.percent(25)) return steps;
  const write = chance.weighted(WEIGHTS);
  const faults = secondFailures(write, chance);
  return steps.map((step, index) => {
    const isLast = index === steps.length - 1;
    if (!step.desired || index < steps.length - 2) return step;
    const arranged = {
      ...step,
      desired: { ...step.desired, ...partWith(write, step.desired, step.number, isLast) },
      rotations: [
        ...step.rotations,
        { variable: "NAGOYA_INITIAL", value: NAGOYA_INITIALS[step.number % NAGOYA_INITIALS.length] },
      ],
    };
    const alone = withoutMishaps(arranged);
    return isLast ? { ...alone, faults } : alone;
  });
}

/** Alone, and to the end. */
function withoutMishaps({ second: _second, contends: _contends, ...step }: Step): Step {
  return { ...step, run: { action: "apply", target: step.run.target } };
}

/** What a desired state has to declare so that the write is needed in this step, whatever the one before has brought. */
function partWith(
  write: Write,
  { agents, clients, initialSecrets, lowerManagers }: DesiredChoice,
  step: number,
  isLast: boolean,
): Partial<DesiredChoice> {
  const others = lowerManagers.filter((name) => name !== "nagoya");
  switch (write) {
    case "agents/secrets/change":
      return { agents: { ...agents, web01: { ...agents.web01, k1: VARIABLES[step % 4] as string } } };
    case "secret/generateInfo":
      return { initialSecrets: { ...initialSecrets, tokyo: step } };
    case "subManagers/createInfo":
      return { lowerManagers: [...others, "nagoya"] };
    case "subManagers/deleteInfo":
      return { lowerManagers: [...others, ...(isLast ? [] : ["nagoya" as const])] };
    default:
      return { clients: { ...clients, c1: { generation: step, sink: "one" } } };
  }
}

function secondFailures(path: Write, chance: Chance): Fault[] {
  // Other agents are asked at the same time.
  const which = path === "agents/secrets/change" ? { bodyIncludes: '"web01"' } : {};
  const lost: Fault = { path, ...which, times: 1, effect: lostAnswer(chance) };
  const read = READS[path];
  if (read === undefined || chance.percent(50))
    return [lost, { path, ...which, skip: 1, times: chance.int(1, 2), effect: anyFailure(chance) }];
  // The plan reads it before. Only a refusal ends a read at once.
  return [lost, { path: read, ...which, skip: 1, times: chance.pick([1, 9]), effect: anyFailure(chance) }];
}

function lostAnswer(chance: Chance): FaultEffect {
  const when = chance.pick(["before", "after", "after"] as const);
  const status = chance.pick([500, 503]);
  return chance.percent(50) ? { type: "drop", when } : { type: "status", status, when };
}

function anyFailure(chance: Chance): FaultEffect {
  return chance.percent(50) ? { type: "status", status: chance.pick([400, 401, 403]) } : lostAnswer(chance);
}
