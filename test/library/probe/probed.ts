import { type Probed, type ProbeOptions, probe } from "../../../src/index";
import type { Behaviours } from "../../../src/model/gaps";
import { Rig } from "../../rig/rig";
import { tokyoWorld, tokyoYaml } from "../../rig/tokyo";

/** The agent that is probed: it has add-ons. */
export const AGENT = "batch-01";

/** The scenarios' world, with two lower managers that are down, so that there are warnings. */
export async function rigLike(behaviours: Behaviours = {}, desired = {}, tokyo = {}): Promise<Rig> {
  const own = { lowerManagers: ["immhost-osaka", "immhost-nagoya"], ...tokyo };
  const world = JSON.parse(tokyoWorld({ tokyo: own, osaka: { state: "down" }, nagoya: { state: "down" } }));
  const rig = await Rig.create(JSON.stringify({ ...world, behaviours }));
  await rig.write("jp1im.yaml", tokyoYaml(desired));
  return rig;
}

export async function probed(
  rig: Rig,
  options: Partial<ProbeOptions> = {},
  platform = rig.platform(),
): Promise<Probed> {
  const all = { files: ["jp1im.yaml"], manager: "tokyo", agent: AGENT, ...options };
  const found = await probe(all, platform);
  if (!found) throw new Error("it was not approved");
  return found;
}

/** What a probe must leave as it was: everything but sessions, faults and the record. */
export const truthOf = ({ simulation }: Rig) => JSON.stringify(simulation.truth());

/** The answers by gap, or why there is none. */
export const answersOf = ({ report }: Probed) =>
  Object.fromEntries((report?.probes ?? []).map(({ id, seen, reason }) => [id, seen ?? reason]));

/** Files of the journal. */
export const journals = ({ files }: Rig) => files.paths().filter((path) => path.includes("probe"));
