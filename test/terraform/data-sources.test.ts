/** What the data sources list, of what the manager answers. */
import type { Attrs } from "../../src/terraform/resources/resource-type";
import type { Value } from "../../src/terraform/values/type";
import { closeClients, readData } from "./provider-client";
import { openProvider, tokyoOf } from "./tokyo-world";

const WORLD = tokyoOf(`    clients: { fluentd-web: example, app: example }
    subordinates: [immhost-osaka]
    lowerManagers: [immhost-osaka]
    agents:
      - { host: web02, os: linux, addons: { node_exporter: true, blackbox: true, prometheus: false } }
      - { host: web01, os: Linux, addons: { node_exporter: true } }
      - { host: win01, os: windows }
  osaka:
    host: immhost-osaka
    users: { jp1admin: { password: osaka-pass } }
    agents: [{ host: web03, os: linux }]
`);

afterEach(closeClients);

const AGENTS = "jp1im_agents";

async function found(config: Attrs): Promise<Value> {
  const { client } = await openProvider(WORLD);
  const { state, errors, warnings } = await readData(client, AGENTS, config);
  expect([errors, warnings]).toEqual([[], []]);
  expect(state.complete).toBe(true);
  return (state.agents as Attrs[]).map(({ address }) => address ?? null);
}

const at = (host: string, manager = "immhost01") => `tokyo/agent/${manager}/${host}`;

test.each<[Attrs, string[]]>([
  [{}, [at("web03", "immhost-osaka"), at("web01"), at("web02"), at("win01")]],
  [{ match: "web*" }, [at("web03", "immhost-osaka"), at("web01"), at("web02")]],
  [{ manager_host: "immhost-?saka" }, [at("web03", "immhost-osaka")]],
  [{ os: "linux", manager_host: "immhost01" }, [at("web01"), at("web02")]],
  [{ os: "Windows" }, [at("win01")]],
  [{ match: "web*", os: "windows" }, []],
  [{ addons: ["node_exporter"] }, [at("web01"), at("web02")]],
  [{ addons: ["node_exporter", "blackbox"] }, [at("web02")]],
  [{ addons: ["prometheus"] }, []],
])("agents %j", async (config, addresses) => expect(await found(config)).toEqual(addresses));

test.each([
  [undefined, "errors", "warnings"],
  ["warn", "warnings", "errors"],
] as const)(
  "with unreachable = %s, a list without a manager's agents is told in %s",
  async (unreachable, told, other) => {
    const { rig, client } = await openProvider(WORLD, unreachable && { unreachable });
    rig.simulation.edit({ manager: "osaka", type: "set-manager-state", state: "down" });
    const answer = await readData(client, AGENTS, { match: "web01" });
    expect(answer[told]).toEqual([expect.stringMatching(/does not cover every manager\n.*KAJY68204-W/)]);
    expect(answer[other]).toEqual([]);
    expect(answer.state).toMatchObject({
      complete: false,
      agents: [{ host: "web01", addons: ["node_exporter"] }],
    });
  },
);

test("the manager's own IDs are apart from those of users, each in order", async () => {
  const { client } = await openProvider(WORLD);
  const { ids, own_ids: own } = (await readData(client, "jp1im_clients", {})).state;
  expect(ids).toEqual(["app", "fluentd-web"]);
  expect(own).toEqual([...(own as string[])].sort());
  expect(own).not.toEqual([]);
  expect((own as string[]).filter((id) => !/^(AGENT|MANAGER)_/.test(id))).toEqual([]);
});
