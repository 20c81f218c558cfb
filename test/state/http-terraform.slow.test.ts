/** The stand-in for a server, proved by the real Terraform; and that neither of the two tools touches what the other one wrote. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createPlatform } from "../../src/library/platform";
import { openHttpState } from "../../src/library/state/http-place";
import { systemClock } from "../../src/platform/clock";
import { nodeFileSystem } from "../../src/platform/file-system";
import { openState } from "../../src/state/open-state";
import { endTerraform, hasTerraform, Terraform } from "../cdktf/terraform";
import { type Manner, StateServerStandIn } from "./state-server";
import { client, run } from "./world";

const isThere = hasTerraform();
const LOGIN = { TF_HTTP_USERNAME: "ops", TF_HTTP_PASSWORD: "s3cret" };

let server: StateServerStandIn;
let folder: string;

const open = async (manner: Manner) => {
  server = await StateServerStandIn.open(manner);
  folder = mkdtempSync(join(tmpdir(), "jp1im-terraform-"));
  const locks = manner === "gitlab" ? "/lock" : "";
  const methods = manner === "gitlab" ? 'lock_method = "POST"\n unlock_method = "DELETE"' : "";
  const address = server.address.replace("{manager}", "tokyo");
  writeFileSync(
    join(folder, "main.tf"),
    `terraform {
      backend "http" {
        address        = "${address}"
        lock_address   = "${address}${locks}"
        unlock_address = "${address}${locks}"
        retry_max      = 0
        ${methods}
      }
    }
    variable "text" { default = "one" }
    resource "terraform_data" "it" { input = var.text }`,
  );
};

const terraform = (...args: string[]) => new Terraform(folder, LOGIN).run(...args, "-no-color");

const opened = async () => {
  const storage = await openHttpState({ address: server.address }, createPlatform({ env: LOGIN }));
  return openState({ ...run(nodeFileSystem), clock: systemClock, storage });
};

if (isThere) {
  afterEach(async () => {
    endTerraform();
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test.each<Manner>(["plain", "gitlab"])(
    "Terraform keeps its state on the stand-in, sees its locks, and removes one by force: %s",
    async (manner) => {
      await open(manner);
      expect(await terraform("init")).toMatchObject({ code: 0 });
      expect(await terraform("apply", "-auto-approve")).toMatchObject({ code: 0 });
      const written = JSON.parse(server.documents.get("tokyo")?.body ?? "");
      expect(written).toMatchObject({ version: 4, resources: [{ type: "terraform_data" }] });
      expect(server.documents.get("tokyo")?.lock).toBeUndefined();
      const kept = server.documents.get("tokyo") ?? {};
      const lock = { ID: "held-by-another", Operation: "OperationTypeApply", Info: "", Who: "ops@build-7" };
      const whole = { ...lock, Version: "1.11.4", Created: "2030-01-01T00:00:00Z", Path: "" };
      server.documents.set("tokyo", { ...kept, lock: whole });
      const refused = await terraform("apply", "-auto-approve", "-var=text=two");
      expect(refused).toMatchObject({ code: 1, output: expect.stringContaining("ID=held-by-another") });
      const forced = await new Terraform(folder, LOGIN).run("force-unlock", "-force", "held-by-another");
      expect({ ...forced, lock: server.documents.get("tokyo")?.lock }).toMatchObject({
        code: 0,
        lock: undefined,
      });
      const again = await terraform("apply", "-auto-approve", "-var=text=two");
      expect(again).toMatchObject({ code: 0 });
      // What Terraform wrote is refused by jp1im, and stays.
      const { body } = server.documents.get("tokyo") ?? {};
      await expect(opened()).rejects.toMatchObject({ diagnostics: [{ code: "state-unreadable" }] });
      expect(server.documents.get("tokyo")).toEqual({ body });
    },
    60_000,
  );

  test("Terraform reads and writes no document of jp1im, and sees its lock", async () => {
    await open("plain");
    const state = await opened();
    state.put(client("app"));
    await state.flush();
    expect(await terraform("init")).toMatchObject({ code: expect.any(Number) });
    const locked = await terraform("apply", "-auto-approve");
    expect(locked).toMatchObject({ code: 1, output: expect.stringMatching(/already locked|version 1000/) });
    await state.close();
    const { body } = server.documents.get("tokyo") ?? {};
    const refused = await terraform("apply", "-auto-approve");
    expect(refused).toMatchObject({ code: 1, output: expect.stringContaining("version 1000") });
    expect(server.documents.get("tokyo")).toEqual({ body });
  }, 60_000);
} else {
  test("Terraform is not asked for", () => expect(process.env.JP1IM_NEED_TERRAFORM).not.toBe("1"));
  process.stderr.write(
    "NOT RUN: Terraform against the stand-in of a state server; there is no `terraform` in PATH\n",
  );
}
