/** What issued secrets do in the course of time: clients with a template, whose generations overlap, and rotation by age. */
import type { Chance } from "./chance";
import type { ClientChoice, DesiredChoice } from "./desired";

const HOUR = 3_600_000;

/** A client that is declared by a template; each generation of it is a client of its own. */
export const TEMPLATE = { text: "t-{generation}", name: "t", overlap: "2h", overlapMs: 2 * HOUR } as const;

/** Ages are compared by this much, for a run takes its time. */
export const LEEWAY = HOUR / 2;

/** The same desired state, in which some clients have a lifetime. */
export function withLifetimes(desired: DesiredChoice, chance: Chance): DesiredChoice {
  const clients: Record<string, ClientChoice> = {};
  for (const [id, client] of Object.entries(desired.clients))
    clients[id] = chance.percent(20) ? { ...client, rotateAfterHours: chance.pick([3, 24]) } : client;
  if (chance.percent(30)) {
    const generation = chance.int(1, 3);
    clients[`t-${generation}`] = { generation, sink: chance.weighted({ one: 6, two: 1 }), isGenerated: true };
  }
  const rotateDue = chance.percent(60);
  return { ...desired, clients, policy: { ...desired.policy, rotateDue } };
}

/** By how much the wall clock is put forward, so that something ends or grows old. */
export function randomAgeing(chance: Chance): number | undefined {
  return chance.percent(12) ? chance.pick([1, 4, 30]) * HOUR : undefined;
}

/** The generation of the template that is declared. */
export function declaredGeneration({ clients }: DesiredChoice): string | undefined {
  return Object.keys(clients).find((id) => clients[id]?.isGenerated);
}

export function isGeneration(id: string): boolean {
  return /^t-\d$/.test(id);
}

/** Whether a client is older than it may become, with some leeway. */
export function isOverdue(
  { rotateAfterHours }: ClientChoice,
  { policy }: DesiredChoice,
  age: number,
): boolean {
  return (
    policy.rotateDue === true && rotateAfterHours !== undefined && age > rotateAfterHours * HOUR + LEEWAY
  );
}

/** Whether a client may be old enough for a rotation. */
export function mayBeDue(
  { rotateAfterHours }: ClientChoice,
  { policy }: DesiredChoice,
  age: number,
): boolean {
  return (
    policy.rotateDue === true && rotateAfterHours !== undefined && age >= rotateAfterHours * HOUR - LEEWAY
  );
}
