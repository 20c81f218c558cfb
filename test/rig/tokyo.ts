import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { type Diagnostic, DiagnosticError } from "../../src/model/diagnostic";
import { Rig } from "./rig";

const WORLD = parse(readFileSync(join(__dirname, "../scenarios/world.yaml"), "utf8"));

/** What a test declares of the manager `tokyo` of the scenarios' world, beside how it is reached. */
export type DesiredTokyo = Readonly<Record<string, unknown>>;

/** Settings of managers in the simulator, by the managers' names. */
type Settings = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** YAML, as all JSON is. */
export function tokyoYaml(desired: DesiredTokyo, name = "tokyo"): string {
  const manager = {
    url: "http://tokyo.test:20703",
    host: "immhost01",
    auth: { user: "jp1admin", password: { env: "PASSWORD" } },
    ...desired,
  };
  return JSON.stringify({ apiVersion: "jp1im/v1", managers: { [name]: manager } });
}

/** The world of the scenarios, in which some managers have other settings. */
export function tokyoWorld(settings: Settings): string {
  const { managers, ...world } = WORLD;
  const changed = Object.entries(settings).map(([name, own]) => [name, { ...managers[name], ...own }]);
  return JSON.stringify({ ...world, managers: { ...managers, ...Object.fromEntries(changed) } });
}

/** The world of the scenarios, and what of it is desired in `jp1im.yaml`. */
export async function tokyoRig(desired: DesiredTokyo, settings: Settings = {}): Promise<Rig> {
  const rig = await Rig.create(tokyoWorld(settings));
  await rig.write("jp1im.yaml", tokyoYaml(desired));
  return rig;
}

/** The first diagnostic of a run that is refused. */
export async function refusalOf(run: Promise<unknown>): Promise<Diagnostic> {
  const [first] = await refusalsOf(run);
  if (!first) throw new Error("it was refused without a word");
  return first;
}

export async function refusalsOf(run: Promise<unknown>): Promise<readonly Diagnostic[]> {
  const error = await run.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof DiagnosticError)) throw new Error("it was not refused", { cause: error });
  return error.diagnostics;
}
