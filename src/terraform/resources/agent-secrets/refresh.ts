import { noteLost, type TooManyLost } from "../../../library/manager-run/lost-agents";
import type { AgentRef } from "../../../model/address";
import { type Fault, fault } from "../../fault";
import { firstOf } from "../../first-of";
import type { Connection } from "../../provider/connection";
import { attributesOf } from "../../values/type";
import type { Attrs, Result } from "../resource-type";
import { unreachableFaults } from "../unreachable-faults";
import { nameOf } from "./agent-name";
import { agentsIn, keysIn } from "./declared-part";
import { driftOf } from "./drift";
import { missingFaults } from "./missing-agents";
import { readAgents } from "./read-agents";
import { ofManager } from "./resource-id";

/**
 * Keys that are on every agent keep their fingerprints, because the manager returns no values to compare. The other
 * keys stay with null, so that this resource deletes them. A missing agent stays as well: the manager may only hide
 * it.
 */
export async function refresh(state: Attrs, connection: Connection, trace?: string): Promise<Result> {
  const readings = await readAgents(connection.run, agentsIn(state));
  const gone = readings.filter(({ is }) => is === "gone").map(({ agent }) => agent);
  const tooMany = await noteLost(connection.run, gone, readings.length);
  if (tooMany) return { state, faults: [lostFault(tooMany, gone)] };
  const prints = Object.entries(attributesOf(state.fingerprints));
  const held = [...new Set(readings.flatMap((each) => (each.is === "there" ? [each.keys] : [])))];
  const isEverywhere = (key: string) => held.every((keys) => keys.has(key));
  const unreachable = unreachableFaults(
    readings.flatMap((each) => (each.is === "unreachable" ? each.why : [])),
    connection,
  );
  return {
    state: {
      ...{ ...state, id: ofManager(state.id, connection.run) },
      fingerprints: Object.fromEntries(prints.map(([key, print]) => [key, isEverywhere(key) ? print : null])),
      agents: readings.map(({ agent }) => nameOf(agent)).sort(),
      drift: await driftOf(readings, { keys: keysIn(state), trace }, connection),
    },
    faults: [...unreachable, ...(await missingFaults(gone, connection))],
  };
}

function lostFault({ count, of }: TooManyLost, agents: readonly AgentRef[]): Fault {
  const what = `${count} of ${of} agents are no longer listed, more than \`policy.max_deletes\` lets Terraform forget`;
  const named = firstOf(agents.map(nameOf));
  const detail = `Among them: ${named}. Check that the provider's user may still read them all: the manager leaves out what a user may not read. If they are gone, set \`policy.max_deletes\` of the provider block to "${count}" for this change.`;
  return fault(undefined, what, detail);
}
