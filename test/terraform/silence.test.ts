import type { Attrs } from "../../src/terraform/resources/resource-type";
import { Dynamic } from "../../src/terraform/values/type";
import type { Rig } from "../rig/rig";
import { closeClients } from "./provider-client";
import { ResourceLife } from "./resource-life";
import { openProvider, tokyoOf } from "./tokyo-world";

const WORLD = tokyoOf(`    subordinates: [immhost-osaka]
    agents:
      - { host: "web{1..8}", os: linux, addons: { prometheus: true } }
  osaka: { host: immhost-osaka, users: { jp1admin: { password: osaka-pass } }, initialSecret: osaka-initial }
`);

afterEach(closeClients);

const SELECTOR: Attrs = { match: "web*", secrets_wo: { a: "1" } };
const ONE: Attrs = { host: "web1", secrets_wo: { b: "1" } };
const sink = new Dynamic(["object", { file: "string" }], { file: "app.secret" });
const CLIENT: Attrs = { id: "app", deliver_to: sink };

const INITIAL: Attrs = {
  deliver_to: new Dynamic(["object", { file: "string" }], { file: "initial.secret" }),
};
const LOWER: Attrs = { host: "immhost-osaka", initial_secret_wo: "osaka-initial" };

/** A resource of each type, and a second one of secrets, applied, and then one more walk of Terraform's. */
async function applied(unreachable: "warn" | "error") {
  const { rig, client } = await openProvider(WORLD, { unreachable });
  const lives = [
    [new ResourceLife(client, "jp1im_agent_secrets"), SELECTOR],
    [new ResourceLife(client, "jp1im_agent_secrets"), ONE],
    [new ResourceLife(client, "jp1im_client"), CLIENT],
    [new ResourceLife(client, "jp1im_initial_secret"), INITIAL],
    [new ResourceLife(client, "jp1im_lower_manager"), LOWER],
  ] as const;
  for (const [life, config] of lives) await life.apply(config);
  await client.configure({ unreachable });
  /** What a plan of Terraform's shows: it reads each resource, and then plans it. */
  const walk = async () => {
    const shown = [];
    for (const [life, config] of lives) {
      const before = life.state;
      const read = await life.refresh();
      expect(life.state).toEqual(before);
      const planned = read.errors.length > 0 ? read : await life.plan(config);
      if (planned.errors.length === 0) expect(planned.state).toEqual(before);
      shown.push(...(planned === read ? [read] : [read, planned]));
    }
    return { warnings: shown.flatMap((each) => each.warnings), errors: shown.flatMap((each) => each.errors) };
  };
  return { rig, walk };
}

const breakDown = (rig: Rig) =>
  rig.simulation.faults.add({ path: "*", effect: { type: "drop", when: "before" } });

test("a manager that is down is one warning, and the plan goes on with what was known", async () => {
  const { rig, walk } = await applied("warn");
  breakDown(rig);
  const { warnings, errors } = await walk();
  expect(errors).toEqual([]);
  expect(warnings).toEqual([expect.stringContaining("tokyo: POST login failed: the connection broke")]);
  expect(warnings[0]).toContain("keeps the last known values");
  expect(warnings[0]).not.toContain("not asked any more");
});

test("as an error it is one for each resource, with a bounded list", async () => {
  const { rig, walk } = await applied("error");
  breakDown(rig);
  const { warnings, errors } = await walk();
  expect(warnings).toEqual([]);
  // Nothing tells whether an initial secret is there, so that nobody asks.
  expect(errors.map((each) => each.split(":")[0])).toEqual([
    expect.stringContaining("web1, "),
    ...["tokyo/agent/immhost01/web1", "tokyo/client/app", "tokyo/lower-manager/immhost-osaka"],
  ]);
  expect(errors[0]).toContain("tokyo/agent/immhost01/web5 and 3 more: POST login failed");
});

test("agents that are down are one warning, whatever reads and plans them", async () => {
  const { rig, walk } = await applied("warn");
  for (const host of ["web1", "web2"])
    rig.simulation.edit({ manager: "tokyo", type: "set-agent-state", host, state: "down" });
  const { warnings, errors } = await walk();
  expect(errors).toEqual([]);
  expect(warnings).toEqual([
    expect.stringMatching(
      /^tokyo\/agent\/immhost01\/web1, tokyo\/agent\/immhost01\/web2: .*KAJY68212-E: the agent is unreachable\nTerraform keeps the last known values/,
    ),
  ]);
});

test.each([
  [{ match: "wbe*" }, "match", 'none of the 8 listed agents is called "wbe*"'],
  [{ manager_host: "immhost0?1" }, "manager_host", 'none of the 8 listed agents reports to "immhost0?1"'],
  [{ addons: ["promtheus"] }, "addons", 'has the add-on "promtheus" enabled\nDid you mean `prometheus`?'],
  [{ os: "windows" }, "os", 'none of the 8 listed agents runs "windows"'],
] as const)(
  "a selector that selects nobody names what is to blame: %j",
  async (selector, attribute, expected) => {
    const { client } = await openProvider(WORLD);
    const shown = await new ResourceLife(client, "jp1im_agent_secrets").plan({ ...SELECTOR, ...selector });
    expect(shown.errors).toEqual([]);
    expect(shown.warnings).toEqual([expect.stringContaining(expected)]);
    expect(shown.paths).toEqual([attribute]);
  },
);

test("a manager_host that is spelled like no manager is answered with the one that was meant", async () => {
  const { client } = await openProvider(WORLD);
  const life = new ResourceLife(client, "jp1im_agent_secrets");
  const { warnings } = await life.plan({ ...SELECTOR, manager_host: "immhost1" });
  expect(warnings.join()).toContain('Did you mean "immhost01"?');
});
