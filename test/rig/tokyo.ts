import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Rig } from "./rig";

const WORLD = readFileSync(join(__dirname, "../scenarios/world.yaml"), "utf8");

/** What a test declares of the manager `tokyo` of the scenarios' world, beside how it is reached. */
export type DesiredTokyo = Readonly<Record<string, unknown>>;

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

/** The world of the scenarios, and what of it is desired in `jp1im.yaml`. */
export async function tokyoRig(desired: DesiredTokyo): Promise<Rig> {
  const rig = await Rig.create(WORLD);
  await rig.write("jp1im.yaml", tokyoYaml(desired));
  return rig;
}
