import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Stage } from "../e2e/stage";

/** What the examples' pipelines are given by their forge. */
export const SECRETS = {
  JP1IM_STATE_KEY: Buffer.alloc(32, "a state key of a team").toString("base64"),
  TOKYO_PASSWORD: "tokyo-password",
  OSAKA_PASSWORD: "osaka-password",
  SMTP_PASSWORD: 'smtp "canary" & 4711/+?',
};

/** An example's world on ports that are free. */
export function worldOf(example: string): string {
  const text = readFileSync(join(__dirname, "../../examples", example, "world.yaml"), "utf8");
  return text.replace(/^ +port: .*\n/gm, "");
}

/** The writes since the last call, sorted. */
export function writesOf(stage: Stage): string[] {
  const writes = stage.writes();
  stage.simulator.simulation.clearRequests();
  return writes.sort();
}
