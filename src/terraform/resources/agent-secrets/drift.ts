import { agentAddress } from "../../../model/address";
import { onceForEach } from "../../once-for-each";
import type { Connection } from "../../provider/connection";
import { nameOf } from "./agent-name";
import type { Reading } from "./read-agents";

/** By agent, the keys that are not there, and those whose last write was none of this resource's. */
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
    const found = {
      missing: missingOf(each.keys),
      "other value": other.filter(isThere),
      "value not recorded": unrecorded.filter(isThere),
    };
    const texts = Object.entries(found).flatMap(([what, names]) =>
      names.length === 0 ? [] : [`${what}: ${names.join(", ")}`],
    );
    return texts.length === 0 ? [] : [[nameOf(each.agent), texts.join("; ")] as const];
  });
  return Object.fromEntries(entries);
}
