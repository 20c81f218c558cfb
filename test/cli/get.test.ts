import { parse } from "yaml";
import type { Listing } from "../../src/index";
import { outputFaults } from "../report/output-schema";
import { run } from "./fake-library";

const listing: Listing = {
  kind: "agents",
  items: [
    {
      ...{ address: "tokyo/agent/immhost01/web01", manager: "tokyo", name: "web01" },
      ...{ declared: true, owned: true, manager_host: "immhost01", os: "linux", addons: ["prometheus"] },
    },
    {
      ...{ address: "tokyo/agent/immhost01/b\u202ed ", manager: "tokyo", name: "b\u202ed " },
      ...{ declared: false, owned: false, manager_host: "immhost01", os: "windows", addons: [] },
    },
  ],
  unknown: [],
};
const gap = { address: "osaka/agent", code: "manager-failed", detail: "POST agents failed" } as const;
const library = { getResources: async () => listing };
const partial = { getResources: async () => ({ ...listing, unknown: [gap] }) };

test("hands every option to the library", async () => {
  const { calls } = await run(
    "get secrets -f a --state st --manager tokyo --match web* --manager-host h --os linux --addon x --addon y --parallelism 3",
  );
  expect(calls).toEqual([
    {
      name: "getResources",
      options: {
        ...{ files: ["a"], state: "st", kind: "secrets", managers: ["tokyo"], match: "web*" },
        ...{ managerHost: "h", os: "linux", addons: ["x", "y"], parallelism: 3 },
      },
    },
  ]);
});

test("shows a table, with more columns where it may be wide", async () => {
  expect((await run("get agents -f a", { library })).out).toBe(`\
MANAGER  MANAGER HOST  AGENT           OS       OWNERSHIP
tokyo    immhost01     web01           linux    declared, owned
tokyo    immhost01     b\\u{202e}d\\x20  windows  neither
2 agents: 1 declared, 1 owned, 1 neither.
`);
  const wide = await run("get agents -f a --output wide", { library });
  expect(wide.out).toContain("linux    prometheus  declared, owned  tokyo/agent/immhost01/web01\n");
  expect(wide.out.split("\n")[0]).toMatch(/ADD-ONS +OWNERSHIP +ADDRESS$/);
});

test("`name` is addresses alone, which --target takes as they are", async () => {
  const ran = await run("get agents -f a --output name", { library });
  expect(ran).toMatchObject({ code: 0, err: "" });
  expect(ran.out).toBe("tokyo/agent/immhost01/web01\ntokyo/agent/immhost01/b\\u{202e}d \n");
});

test("JSON and YAML carry the same document, which the schema takes", async () => {
  const json = (await run("get agents -f a --output json", { library: partial })).json();
  expect(outputFaults(json)).toEqual([]);
  expect(json).toMatchObject({
    command: "get",
    exit_code: 3,
    listing: { items: listing.items, unknown: [gap] },
  });
  const yaml = await run("get agents -f a --output yaml", { library: partial });
  expect(yaml).toMatchObject({ code: 3, err: "" });
  expect(yaml.out).not.toContain("\u202e");
  expect(parse(yaml.out)).toEqual(json);
});

test.each(["text", "wide", "name"])(
  "a partial list as %s says so on stderr, and exits with 3",
  async (form) => {
    const ran = await run(`get agents -f a --output ${form}`, { library: partial });
    expect(ran.code).toBe(3);
    expect(ran.out).toContain("web01");
    expect(ran.err).toMatch(/^The list of agents is PARTIAL\. Could not be read:\n {2}\? osaka\/agent\n/);
  },
);

test.each([
  ["get", "missing required argument 'kind'"],
  ["get", "add <kind>, what to list: managers, agents"],
  ["get agent", "Allowed choices are managers, agents, lower-managers, clients, secrets"],
  ["get agents clients", "too many arguments"],
  ["get agents --output xml", "Allowed choices are text, wide, json, yaml, name"],
])("'jp1im %s' is refused with what there is", async (line, words) => {
  const ran = await run(line);
  expect(ran).toMatchObject({ code: 64, out: "", calls: [] });
  expect(ran.err).toContain(words);
});

test("an error before the command runs is YAML where YAML was asked for", async () => {
  const ran = await run("get agent --output yaml");
  expect(parse(ran.out)).toMatchObject({ command: "get", exit_code: 64, diagnostics: [{ code: "usage" }] });
});
