/** Agents that fail for one reason are one error of an apply. */
import type { Attrs } from "../../src/terraform/resources/resource-type";
import { closeClients } from "./provider-client";
import { ResourceLife } from "./resource-life";
import { openProvider, tokyoOf } from "./tokyo-world";

const WORLD = tokyoOf(`    agents: [{ host: "web{1..9}" }]
`);
const config: Attrs = { match: "web*", secrets_wo: { k: "v" } };

afterEach(closeClients);

async function open() {
  const { rig, client } = await openProvider(WORLD);
  const setState = (state: "up" | "down") => () => {
    for (const n of [1, 2, 3, 4, 5, 6, 7])
      rig.simulation.edit({ manager: "tokyo", type: "set-agent-state", host: `web${n}`, state });
  };
  return {
    rig,
    client,
    life: new ResourceLife(client, "jp1im_agent_secrets"),
    down: setState("down"),
    up: setState("up"),
  };
}

const SEVEN = "tokyo/agent/immhost01/web5 and 2 more: POST agents/secrets was answered 500";

test("a creation with agents down is one error, and says that it is tainted and what helps", async () => {
  const { rig, client, life, down } = await open();
  const { errors, warnings, state } = await life.apply(config, down);
  expect(errors).toEqual([expect.stringContaining(SEVEN)]);
  expect(warnings).toEqual([
    expect.stringMatching(/tainted(.|\n)*`terraform untaint`(.|\n)*`unreachable = "warn"`/),
  ]);
  expect(state.agents).toHaveLength(9);
  rig.takeWrites();

  await client.configure();
  const planned = await life.plan(config);
  expect(planned.errors).toEqual([expect.stringContaining(SEVEN)]);
  expect(planned.errors[0]).toContain('`unreachable = "warn"` in the provider block');
  await client.configure({ unreachable: "warn" });
  expect((await life.plan(config)).errors).toEqual([]);

  await client.configure();
  const destroyed = await life.destroy();
  expect(destroyed.errors).toEqual([expect.stringContaining(SEVEN)]);
  expect(destroyed.errors[0]).toContain("jp1im_agent_secrets tokyo/agent?match=web*");
  expect(destroyed.errors[0]).not.toContain("unreachable =");
});

test("an update is no creation, and writes that fail for one reason are one error as well", async () => {
  const { rig, client, life } = await open();
  await life.apply(config);
  await client.configure();
  rig.simulation.faults.add({ path: "agents/secrets/change", effect: { type: "status", status: 500 } });
  const { errors, warnings } = await life.apply({ ...config, secrets_wo: { k: "other" } });
  expect(warnings).toEqual([]);
  expect(errors).toEqual([expect.stringMatching(/web5\/secret\/k and 4 more: POST agents\/secrets\/change/)]);
});
