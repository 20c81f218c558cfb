import { agentAddress } from "../../../model/address";
import { type Fault, fault } from "../../fault";
import { firstOf } from "../../first-of";
import { onceForEach } from "../../once-for-each";
import type { Connection } from "../../provider/connection";
import { attributesOf } from "../../values/type";
import type { Attrs } from "../resource-type";
import { nameOf } from "./agent-name";
import type { Reading } from "./read-agents";

/** The keys of each agent that are missing, and those that something else wrote last. */
export async function driftOf(
  readings: readonly Reading[],
  { keys, trace }: { readonly keys: readonly string[]; readonly trace: string | undefined },
  { run }: Connection,
): Promise<Readonly<Record<string, string>>> {
  const compare = trace === undefined ? undefined : run.traces.compare(trace, await run.state());
  const missingOf = onceForEach((there: ReadonlySet<string>) => keys.filter((key) => !there.has(key)));
  const entries = readings.flatMap((each) => {
    if (each.is !== "there") return [];
    const { other = [], unrecorded = [] } = compare?.(agentAddress(run.name, each.agent)) ?? {};
    const isThere = (key: string) => each.keys.has(key);
    const keysByFault = {
      missing: missingOf(each.keys),
      [OTHER_VALUE]: other.filter(isThere),
      "value not recorded": unrecorded.filter(isThere),
    };
    const texts = Object.entries(keysByFault).flatMap(([what, names]) =>
      names.length === 0 ? [] : [`${what}: ${names.join(", ")}`],
    );
    return texts.length === 0 ? [] : [[nameOf(each.agent), texts.join("; ")] as const];
  });
  return Object.fromEntries(entries);
}

const OTHER_VALUE = "other value";

/**
 * A warning if something else wrote a key of the resource. Provider blocks of one manager are separate processes,
 * which do not see each other's resources.
 */
export function otherValueFaults(prior: Attrs | undefined): Fault[] {
  const agents = Object.entries(attributesOf(prior?.drift)).flatMap(([agent, text]) =>
    typeof text === "string" && text.includes(`${OTHER_VALUE}: `) ? [`${agent} (${text})`] : [],
  );
  if (agents.length === 0) return [];
  const summary = `Keys of this resource were written since its last complete apply: ${firstOf(agents)}`;
  const detail =
    "An apply of this resource that did not reach every agent, a resource of another provider block or alias, or a `jp1im` command on the same state wrote them. Two blocks that declare the same key of an agent overwrite each other at each apply: declare the key in one of them.";
  return [fault(["secrets_wo"], summary, detail, "warning")];
}
