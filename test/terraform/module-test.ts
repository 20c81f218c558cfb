import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Program } from "../cdktf/terraform";
import { ProviderStage } from "./provider-stage";

const TESTING = join(__dirname, "../../examples/terraform/testing");

/** The example of `terraform test` passes against the simulator, and leaves nothing there. */
export async function expectModuleTestToPass(mirror: string, program: Program): Promise<void> {
  const world = readFileSync(join(TESTING, "world.yaml"), "utf8");
  const stage = await ProviderStage.open(mirror, "", "", program, world);
  for (const name of ["main.tf", "tests/secrets.tftest.hcl"])
    stage.stage.write(name, readFileSync(join(TESTING, name), "utf8"));
  stage.terraform.env.JP1IM_URL = stage.stage.url();
  const { output } = await stage.terraform.must("test", "-no-color");
  expect(output).toContain("3 passed, 0 failed");
  expect(stage.secretsOf("web1")).toEqual({ "set.by.hand": "kept" });
  expect(stage.takeWrites()).toHaveLength(4);
}
