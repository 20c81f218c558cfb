import { checkIdentity } from "../../src/engine/observe/manager-identity";
import type { Observer } from "../../src/engine/observe/observer";
import { emptyPrior, type PriorState } from "../../src/engine/prior-state";
import { agentAddress, clientAddress, lowerManagerAddress, managerAddress } from "../../src/model/address";
import { type DesiredManager, defaultPolicy } from "../../src/model/desired-state";
import { SecretValue } from "../../src/model/secret-value";

const position = { file: "jp1im.yaml", line: 1, column: 1 };
const password = { type: "literal", value: new SecretValue("pw") } as const;

function declared(url: string, host: string): DesiredManager {
  const auth = { method: "user", user: "jp1admin", password } as const;
  const nothing = { clients: [], lowerManagers: [], agents: [] };
  return { name: "tokyo", url, host, auth, ...nothing, policy: defaultPolicy, position };
}

/** What the state holds of `tokyo`, at http://tokyo:20703 with host immhost01 at its last write. */
function owning(
  clients: readonly string[],
  agents: readonly (readonly [string, string])[] = [],
  lowerManagers: readonly string[] = [],
): PriorState {
  const manager = "tokyo";
  const address = managerAddress(manager);
  const prior = emptyPrior(manager);
  prior.identity = { kind: "manager", address, manager, url: "http://tokyo:20703", host: "immhost01" };
  for (const id of clients) {
    const record = { address: clientAddress(manager, id), manager, generation: 1 };
    prior.named.client.set(id, { kind: "client", ...record, status: "delivered" });
  }
  for (const host of lowerManagers) {
    const record = { address: lowerManagerAddress(manager, host), manager, host };
    prior.named["lower-manager"].set(host, { kind: "lower-manager", ...record });
  }
  for (const [managerHost, host] of agents) {
    const agent = { managerHost, host };
    const place = agentAddress(manager, agent);
    prior.agents.set(place, { kind: "agent", address: place, manager, agent, count: 1 });
  }
  prior.owned = clients.length + agents.length + lowerManagers.length;
  return prior;
}

function answering(
  clients: readonly string[],
  lowerManagers: readonly string[],
  agents: readonly (readonly [string, string])[],
  isWhole = true,
): Observer {
  const listed = agents.map(([managerHost, host]) => ({
    id: host,
    managerHost,
    host,
    os: "linux",
    addons: [],
  }));
  return {
    names: async (kind) => (kind === "client" ? clients : lowerManagers),
    agents: async () =>
      isWhole ? { complete: true, value: listed } : { complete: false, partial: listed, warnings: [] },
    agentSecrets: async () => [],
    changedAgentSecrets: async () => [],
  };
}

const web = ["immhost01", "web01"] as const;
const strange = ["immhost02", "web01"] as const;

test("a manager at the recorded URL and host is not asked anything, whatever the case of its host", async () => {
  const identity = await checkIdentity(
    declared("http://tokyo:20703", "IMMHOST01"),
    owning(["app"]),
    undefined,
  );
  expect(identity.is).toBe("same");
});

test("where nothing is owned, any manager will do", async () => {
  const identity = await checkIdentity(declared("http://kyoto:20703", "immhost02"), owning([]), undefined);
  expect(identity.is).toBe("same");
});

describe("at another URL", () => {
  test.each([
    ["most of what is ours is there", answering(["a", "b"], [], [web]), "same"],
    ["nothing of ours is there", answering([], [], []), "other"],
    ["half of what is ours is there", answering(["a"], [], []), "other"],
    ["half of what is ours is there, and an agent of the same host", answering(["a"], [], [web]), "other"],
    [
      "all names are there, and its agents report to another host",
      answering(["a", "b"], [], [strange]),
      "other",
    ],
    [
      "agents of a lower manager that is shared show nothing",
      answering([], ["immhost-osaka"], [["immhost-osaka", "db01"]]),
      "other",
    ],
    [
      "the list of agents is not whole, and shows no own agent",
      answering(["a", "b"], [], [], false),
      "unknown",
    ],
    [
      "the list of agents is not whole, and shows an own agent",
      answering(["a", "b"], [], [web], false),
      "same",
    ],
  ] as const)("%s", async (_case, observer, expected) => {
    const identity = await checkIdentity(
      declared("http://kyoto:20703", "immhost01"),
      owning(["a", "b"]),
      observer,
    );
    expect(identity.is).toBe(expected);
  });

  describe("a manager without agents of its own", () => {
    const below = ["immhost-osaka", "db01"] as const;
    const prior = () => owning(["a"], [below], ["immhost-osaka", "immhost-kobe"]);
    const lower = ["IMMHOST-OSAKA", "immhost-kobe"];
    const all = answering(["a"], lower, [below]);
    test.each([
      ["is the same where all that is ours is there, hosts below it included", "immhost01", all, "same"],
      ["is another where a client is missing", "immhost01", answering([], lower, [below]), "other"],
      [
        "is another where a lower manager is missing",
        "immhost01",
        answering(["a"], ["immhost-osaka"], [below]),
        "other",
      ],
      ["is another where an agent is missing", "immhost01", answering(["a"], lower, []), "other"],
      ["is another where its host changed as well", "immhost02", all, "other"],
      [
        "is unknown where the list is not whole",
        "immhost01",
        answering(["a"], lower, [below], false),
        "unknown",
      ],
    ] as const)("%s", async (_case, host, observer, expected) => {
      const identity = await checkIdentity(declared("http://kyoto:20703", host), prior(), observer);
      expect(identity.is).toBe(expected);
    });
  });

  test("a manager that is not to be asked is unknown", async () => {
    const identity = await checkIdentity(
      declared("http://kyoto:20703", "immhost01"),
      owning(["a"]),
      undefined,
    );
    expect(identity).toMatchObject({ is: "unknown", why: { code: "other-manager", address: "tokyo" } });
  });
});

describe("with another host", () => {
  test.each([
    ["names alone are not enough", answering(["a", "b"], [], []), "other"],
    ["its agents report to the new host only", answering(["a", "b"], [], [strange]), "other"],
    [
      "its agents report to the recorded host, so that the declared one is wrong",
      answering(["a", "b"], [], [web]),
      "other",
    ],
    ["its agents report to both", answering(["a", "b"], [], [web, strange]), "same"],
  ] as const)("%s", async (_case, observer, expected) => {
    const identity = await checkIdentity(
      declared("http://tokyo:20703", "immhost02"),
      owning(["a", "b"]),
      observer,
    );
    expect(identity.is).toBe(expected);
  });
});

test("a host that the state knows from the agents it owns on is the manager's, whatever was declared", async () => {
  const prior = owning(["a"], [strange]);
  const identity = await checkIdentity(
    declared("http://kyoto:20703", "immhost02"),
    prior,
    answering(["a"], [], [strange]),
  );
  expect(identity.is).toBe("same");
});

test("agents that an incomplete list leaves out are not missing", async () => {
  const prior = owning(["a"], [web, ["immhost01", "web02"], ["immhost01", "web03"]]);
  const declaredElsewhere = declared("http://kyoto:20703", "immhost01");
  for (const [isWhole, is] of [
    [false, "same"],
    [true, "other"],
  ] as const)
    expect(await checkIdentity(declaredElsewhere, prior, answering(["a"], [], [web], isWhole))).toMatchObject(
      { is },
    );
});

test("the ways out name rebuild with the recorded host, state mv and import", async () => {
  const identity = await checkIdentity(
    declared("http://kyoto:20703", "immhost02"),
    owning(["a"]),
    answering([], [], [strange]),
  );
  expect(identity).toMatchObject({
    is: "other",
    refusal: { code: "other-manager", address: "tokyo", position },
  });
  const remedy = identity.is === "other" ? identity.refusal.remedy : "";
  expect(remedy).toContain("`jp1im rebuild --manager tokyo --replaces immhost01`");
  expect(remedy).toContain("`jp1im state mv tokyo OTHER-NAME`");
  expect(remedy).toContain("`jp1im import tokyo --same-manager`");
});
