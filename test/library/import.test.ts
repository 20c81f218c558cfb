/** What an import takes over, and what becomes of it afterwards. */
import { DiagnosticError, importResources, rekeyState, showState } from "../../src/index";
import type { ImportOptions } from "../../src/library/import";
import { Rig } from "../rig/rig";
import { tokyoWorld, tokyoYaml } from "../rig/tokyo";

const WORLD = tokyoWorld({
  tokyo: {
    clients: { "old-app": "old-secret", "other-app": "other-secret" },
    lowerManagers: ["immhost-osaka"],
    agents: [
      {
        host: "web01",
        os: "linux",
        secrets: { alpha: "alpha-old", beta: "beta-old", "others.key": "others" },
      },
      { host: "web02", os: "linux" },
    ],
  },
  osaka: { initialSecret: "osaka-initial", agents: [] },
});
const HEAD = `
apiVersion: jp1im/v1
managers:
  tokyo:
    url: http://tokyo.test:20703
    host: immhost01
    auth: { user: jp1admin, password: { env: PASSWORD } }
`;
const SECRETS = `${HEAD}
    agents: [{ host: web01, secrets: { alpha: { env: ALPHA }, beta: { file: beta.txt } } }]
`;
const CLIENT = `${HEAD}
    clients: [{ id: old-app, generation: 1, deliverTo: { file: out/old-app } }]
`;
const LOWER = `${HEAD}
    lowerManagers: [{ host: immhost-osaka, initialSecret: { env: OSAKA_INITIAL } }]
`;

async function rigWith(desired: string): Promise<Rig> {
  const rig = await Rig.create(WORLD);
  await rig.write("jp1im.yaml", desired);
  return rig;
}

function adopt(rig: Rig, options: Partial<ImportOptions> = {}) {
  return importResources({ files: ["jp1im.yaml"], addresses: [], ...options }, rig.platform());
}

async function imported(desired: string): Promise<Rig> {
  const rig = await rigWith(desired);
  await adopt(rig);
  expect(rig.takeWrites()).toEqual([]);
  expect((await rig.plan()).changes).toEqual([]);
  return rig;
}

async function diagnosticsOf(run: Promise<unknown>) {
  const error = await run.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof DiagnosticError)) throw new Error("it did not fail as expected");
  return error.diagnostics.map(({ code, address }) => `${code} ${address}`);
}

describe("an imported secret", () => {
  const web01 = "tokyo/agent/immhost01/web01";

  test("stays as it is while its source has no value, and the plan tells so", async () => {
    const rig = await imported(SECRETS);
    const { kept, summary } = await rig.plan();
    expect(kept).toContainEqual({
      address: web01,
      reason: "not-supplied",
      count: 2,
      names: ["alpha", "beta"],
    });
    expect(summary).toMatchObject({ requests: 0, unchanged: 0, blocked: 0 });
    await rig.apply();
    expect(rig.takeWrites()).toEqual([]);
  });

  test("is written as soon as its source gives a value, and is then one like any other", async () => {
    const rig = await imported(SECRETS);
    rig.env.ALPHA = "alpha-new";
    expect((await rig.plan()).changes).toMatchObject([{ action: "update", reason: "unverified" }]);
    await rig.apply();
    expect(rig.takeWrites()).toEqual(["tokyo agents/secrets/change web01 +alpha"]);
    expect((await rig.plan()).changes).toEqual([]);
    delete rig.env.ALPHA;
    expect(await diagnosticsOf(rig.plan())).toEqual([`source-unresolved ${web01}/secret/alpha`]);
  });

  test("is kept under `unverified: keep` even when its source gives a value", async () => {
    const rig = await imported(`${SECRETS}    policy: { unverified: keep }\n`);
    rig.env.ALPHA = "alpha-new";
    const { kept, changes } = await rig.plan();
    expect(changes).toEqual([]);
    expect(kept.map(({ reason, names }) => [reason, names])).toEqual(
      expect.arrayContaining([
        ["unverified-keep", ["alpha"]],
        ["not-supplied", ["beta"]],
      ]),
    );
  });

  test("needs a source that does not fail: an empty variable and a program that ends badly are errors", async () => {
    const rig = await imported(SECRETS);
    rig.env.ALPHA = "";
    expect(await diagnosticsOf(rig.plan())).toEqual([`source-unresolved ${web01}/secret/alpha`]);
    await rig.write("jp1im.yaml", SECRETS.replace("{ env: ALPHA }", "{ exec: [/does/not/exist] }"));
    expect(await diagnosticsOf(rig.plan())).toEqual([`source-unresolved ${web01}/secret/alpha`]);
    await rig.write(
      "jp1im.yaml",
      SECRETS.replace(
        "{ env: ALPHA }",
        "{ vault: { path: secret/a, field: b, auth: { token: { env: NO_TOKEN } }, address: 'http://127.0.0.1:9' } }",
      ),
    );
    expect(await diagnosticsOf(rig.plan())).toEqual([`source-unresolved ${web01}/secret/alpha`]);
  });

  test("does not excuse a secret that was not imported, nor one that is gone", async () => {
    const rig = await imported(SECRETS);
    await rig.write("jp1im.yaml", SECRETS.replace("host: web01", 'match: "web*"'));
    expect(await diagnosticsOf(rig.apply())).toEqual([
      "source-unresolved tokyo/agent/immhost01/web02/secret/alpha",
      "source-unresolved tokyo/agent/immhost01/web02/secret/beta",
    ]);
    await rig.write("jp1im.yaml", SECRETS);
    rig.simulation.edit({ manager: "tokyo", type: "remove-agent-secret", host: "web01", key: "beta" });
    expect(await diagnosticsOf(rig.apply())).toEqual([`source-unresolved ${web01}/secret/beta`]);
    expect(rig.takeWrites()).toEqual([]);
  });

  test("is not compared without secrets", async () => {
    const rig = await imported(SECRETS);
    const { summary } = await rig.plan({ secrets: false, trust: ["jp1im.yaml"] });
    expect(summary).toMatchObject({ not_compared: 2, requests: 0 });
  });

  test("is ours: it is pruned when it is declared no more, and what was not imported is not", async () => {
    const rig = await imported(SECRETS);
    await rig.write("jp1im.yaml", SECRETS.replace(", beta: { file: beta.txt }", ""));
    await rig.apply();
    expect(rig.takeWrites()).toEqual(["tokyo agents/secrets/change web01 -beta"]);
  });

  test("keeps its mark under another key of the state", async () => {
    const rig = await imported(SECRETS);
    rig.env.JP1IM_STATE_KEY = Buffer.alloc(32, "another key").toString("base64");
    expect((await rig.plan()).changes).toEqual([]);
    rig.env.ALPHA = "alpha-new";
    await rig.apply();
    expect(rig.takeWrites()).toEqual(["tokyo agents/secrets/change web01 +alpha"]);
    expect((await rig.plan()).changes).toEqual([]);
    const { keys } = await showState({ files: ["jp1im.yaml"] }, web01, rig.platform());
    expect(keys).toEqual([
      { key: "alpha", known: true },
      { key: "beta", known: false, imported: true },
    ]);
  });
});

test("a rekey needs no value of what is imported, and leaves it imported", async () => {
  const rig = await imported(SECRETS);
  const { kept, unverified } = await rekeyState({ files: ["jp1im.yaml"] }, rig.platform());
  expect([kept, unverified]).toEqual([0, 0]);
  expect((await rig.plan()).changes).toEqual([]);
});

describe("an imported client", () => {
  test("keeps its secret until its generation is raised, and is then issued and delivered", async () => {
    const rig = await imported(CLIENT);
    await rig.write("jp1im.yaml", CLIENT.replace("generation: 1", "generation: 2"));
    await rig.apply();
    expect(rig.takeWrites()).toEqual([
      "tokyo secret/client/deleteInfo old-app",
      "tokyo secret/client/generateInfo old-app",
    ]);
    expect(rig.read("out/old-app")).toBe(rig.simulation.truth().managers.tokyo?.clients?.["old-app"]);
    expect((await rig.plan()).changes).toEqual([]);
  });

  test("has no claim to a file at its sink: that is not overwritten", async () => {
    const rig = await imported(CLIENT);
    await rig.files.makeFolder("/home/ops/out");
    await rig.write("out/old-app", "somebody's file");
    await rig.write("jp1im.yaml", CLIENT.replace("generation: 1", "generation: 2"));
    expect(await diagnosticsOf(rig.apply())).toEqual(["sink-unwritable tokyo/client/old-app"]);
    expect(rig.takeWrites()).toEqual([]);
    expect(rig.read("out/old-app")).toBe("somebody's file");
  });

  test("is deleted when it is declared no more", async () => {
    const rig = await imported(CLIENT);
    await rig.write("jp1im.yaml", `${HEAD}    clients: []\n`);
    await rig.apply();
    expect(rig.takeWrites()).toEqual(["tokyo secret/client/deleteInfo old-app"]);
  });

  test("is issued when it is gone from the manager", async () => {
    const rig = await imported(CLIENT);
    rig.simulation.edit({ manager: "tokyo", type: "delete-client", id: "old-app" });
    await rig.apply();
    expect(rig.takeWrites()).toEqual(["tokyo secret/client/generateInfo old-app"]);
  });

  test("was named before with the two ways out", async () => {
    const rig = await rigWith(CLIENT);
    expect((await rig.plan()).blocked).toEqual([
      {
        address: "tokyo/client/old-app",
        code: "not-ours",
        detail: expect.stringContaining("the state has no record of it"),
        remedy: expect.stringMatching(/jp1im import tokyo\/client\/old-app.*another ID/),
      },
    ]);
  });
});

test("an imported lower manager is sent an initial secret only when its source gives one", async () => {
  const rig = await imported(LOWER);
  rig.env.OSAKA_INITIAL = "osaka-initial";
  await rig.apply();
  expect(rig.takeWrites()).toEqual(["tokyo subManagers/createInfo immhost-osaka"]);
  expect((await rig.plan()).changes).toEqual([]);
  delete rig.env.OSAKA_INITIAL;
  expect(await diagnosticsOf(rig.plan())).toEqual(["source-unresolved tokyo/lower-manager/immhost-osaka"]);
});

test("an imported lower manager that is gone needs its source", async () => {
  const rig = await imported(LOWER);
  rig.simulation.world.manager("tokyo").lowerManagers.delete("immhost-osaka");
  expect(await diagnosticsOf(rig.apply())).toEqual(["source-unresolved tokyo/lower-manager/immhost-osaka"]);
});

describe("an import", () => {
  const EVERYTHING = `${HEAD}
    initialSecret: { deliverTo: { file: out/initial } }
    clients:
      - { id: old-app, deliverTo: { file: out/old-app } }
      - { id: new-app, deliverTo: { file: out/new-app } }
    agents: [{ host: web01, secrets: { alpha: { env: ALPHA }, gamma: { env: GAMMA } } }]
`;

  test("takes what is declared and there, names what is not, and changes nothing the second time", async () => {
    const rig = await rigWith(EVERYTHING);
    const first = await adopt(rig);
    expect(first).toMatchObject({ refused: [], unknown: [], diagnostics: [], dry_run: false });
    expect(first.imported).toEqual([
      { address: "tokyo/agent/immhost01/web01", names: ["alpha"] },
      { address: "tokyo/client", names: ["old-app"] },
    ]);
    expect(first.left).toEqual([
      { address: "tokyo/agent/immhost01/web01", names: ["gamma"], reason: "not-there" },
      { address: "tokyo/client", names: ["new-app"], reason: "not-there" },
    ]);
    const log = rig.read(".jp1im/managers/tokyo/state.log");
    const second = await adopt(rig);
    expect(second.imported).toEqual([]);
    expect(second.left.filter(({ reason }) => reason === "already-ours")).toHaveLength(2);
    expect(rig.read(".jp1im/managers/tokyo/state.log")).toBe(log);
    expect(rig.takeWrites()).toEqual([]);
  });

  test("takes one secret, or all of an agent", async () => {
    const rig = await rigWith(SECRETS);
    const one = await adopt(rig, { addresses: ["tokyo/agent/immhost01/web01/secret/beta"] });
    expect(one.imported).toEqual([{ address: "tokyo/agent/immhost01/web01", names: ["beta"] }]);
    const rest = await adopt(rig, { addresses: ["tokyo/agent/immhost01/web01"] });
    expect(rest.imported).toEqual([{ address: "tokyo/agent/immhost01/web01", names: ["alpha"] }]);
  });

  test("does not refuse an address of which a part is not there", async () => {
    const rig = await rigWith(SECRETS.replace("alpha:", "gone: { env: ALPHA }, alpha:"));
    const { imported: taken, left, refused } = await adopt(rig, { addresses: ["tokyo/agent"] });
    expect(taken.flatMap(({ names }) => names)).toEqual(["alpha", "beta"]);
    expect(left).toMatchObject([{ names: ["gone"], reason: "not-there" }]);
    expect(refused).toEqual([]);
  });

  test("refuses each address of which nothing can be ours, with the reason", async () => {
    const rig = await rigWith(EVERYTHING);
    const addresses = [
      "tokyo/client/old-app",
      "tokyo/client/new-app",
      "tokyo/client/other-app",
      "tokyo/agent/immhost01/web01/secret/others.key",
    ];
    const { imported: taken, refused, diagnostics } = await adopt(rig, { addresses });
    expect(taken).toEqual([{ address: "tokyo/client", names: ["old-app"] }]);
    expect(refused).toEqual([
      { address: "tokyo/client/new-app", reason: "not-there" },
      { address: "tokyo/client/other-app", reason: "not-declared" },
      { address: "tokyo/agent/immhost01/web01/secret/others.key", reason: "not-declared" },
    ]);
    expect(diagnostics.map(({ code }) => code)).toEqual(new Array(3).fill("not-importable"));
  });

  test("takes an initial secret only where it is named: nobody can see whether one was issued", async () => {
    const rig = await rigWith(`${HEAD}
    initialSecret: { generation: 3, deliverTo: { file: out/tokyo.initial } }
`);
    expect((await adopt(rig)).imported).toEqual([]);
    expect((await adopt(rig, { addresses: ["tokyo"] })).imported).toEqual([]);
    const addresses = ["tokyo/initial-secret"];
    const named = { address: "tokyo", names: ["initial-secret"] };
    expect((await adopt(rig, { addresses, dryRun: true })).imported).toEqual([named]);
    expect((await rig.plan()).changes).toMatchObject([{ action: "create" }]);
    expect((await adopt(rig, { addresses })).imported).toEqual([named]);
    const again = await adopt(rig, { addresses });
    expect(again).toMatchObject({ imported: [], left: [{ ...named, reason: "already-ours" }], refused: [] });
    expect((await rig.plan()).changes).toEqual([]);
    await rig.write(
      "jp1im.yaml",
      `${HEAD}
    initialSecret: { generation: 4, deliverTo: { file: out/tokyo.initial } }
`,
    );
    expect((await rig.plan()).changes).toMatchObject([{ action: "replace", reason: "generation" }]);
    expect(rig.takeWrites()).toEqual([]);
  });

  test("does not take partial knowledge for absence", async () => {
    const rig = await rigWith(`${HEAD}
    agents:
      - { match: "db*", secrets: { alpha: { env: ALPHA } } }
      - { host: web01, secrets: { beta: { env: BETA } } }
`);
    rig.simulation.edit({ manager: "osaka", type: "set-manager-state", state: "down" });
    rig.simulation.edit({ manager: "tokyo", type: "set-agent-state", host: "web01", state: "down" });
    const addresses = ["tokyo/agent/immhost-osaka/db01", "tokyo/agent/immhost01/web01"];
    const { refused, unknown } = await adopt(rig, { addresses });
    expect(refused.map(({ reason }) => reason)).toEqual(["unknown", "unknown"]);
    expect(unknown.map(({ address, code }) => [address, code])).toEqual([
      ["tokyo/agent", "manager-partial"],
      ["tokyo/agent/immhost01/web01", "manager-failed"],
    ]);
  });

  test("takes neither what is no address nor an undeclared manager, and asks nobody then", async () => {
    const rig = await rigWith(SECRETS);
    const addresses = ["tokyo/nonsense", "kyoto/client/a"];
    expect(await diagnosticsOf(adopt(rig, { addresses }))).toEqual([
      "usage undefined",
      "unknown-manager undefined",
    ]);
    expect(rig.simulation.requests()).toEqual([]);
  });

  test("only shows, without a lock and a state, when it is a rehearsal", async () => {
    const rig = await rigWith(SECRETS);
    const { imported: shown, dry_run: dryRun } = await adopt(rig, { dryRun: true });
    expect([shown, dryRun]).toEqual([
      [{ address: "tokyo/agent/immhost01/web01", names: ["alpha", "beta"] }],
      true,
    ]);
    expect(rig.read(".jp1im/managers/tokyo/state.log")).toBeUndefined();
    expect(rig.read(".jp1im/state.key")).toBeUndefined();
  });

  test("excludes other runs by the lock", async () => {
    const rig = await rigWith(SECRETS);
    const [first, second] = await Promise.allSettled([adopt(rig), adopt(rig)]);
    expect([first.status, second.status].sort()).toEqual(["fulfilled", "rejected"]);
  });

  test("takes back a client whose file an earlier one of ours left, with the claim to that file", async () => {
    const rig = await rigWith(CLIENT.replaceAll("old-app", "new-app"));
    await rig.apply();
    await rig.apply({ mode: "destroy" });
    rig.simulation.edit({ manager: "tokyo", type: "create-client", id: "new-app" });
    await adopt(rig);
    await rig.write(
      "jp1im.yaml",
      CLIENT.replaceAll("old-app", "new-app").replace("generation: 1", "generation: 2"),
    );
    await rig.apply();
    expect(rig.read("out/new-app")).toBe(rig.simulation.truth().managers.tokyo?.clients?.["new-app"]);
  });
});

describe("a manager whose address changed, with nothing but a client to tell it by", () => {
  const BARE = `
apiVersion: jp1im-simulator/v1
seed: 1
managers:
  tokyo: { host: immhost01, users: { jp1admin: { password: jp1-pass } } }
  osaka: { host: immhost-osaka, users: { jp1admin: { password: jp1-pass } }, clients: { found: secret } }
`;
  const OSAKA = `
  osaka:
    url: http://osaka.test:20703
    host: immhost-osaka
    auth: { user: jp1admin, password: { env: PASSWORD } }
    clients: [{ id: found, deliverTo: { file: out/found } }]
`;

  async function moved(): Promise<Rig> {
    const rig = await Rig.create(BARE);
    await rig.write("jp1im.yaml", CLIENT);
    await rig.apply();
    await rig.write("jp1im.yaml", `${CLIENT.replace("tokyo.test", "tokyo.new.test")}${OSAKA}`);
    rig.takeWrites();
    return rig;
  }

  test("is the same once a person says so, and everything stays known", async () => {
    const rig = await moved();
    const { diagnostics } = await rig.plan({ managers: ["tokyo"] });
    expect(diagnostics).toMatchObject([
      {
        code: "other-manager",
        summary: expect.stringContaining("holds 1 of the 1 clients"),
        remedy: expect.stringContaining("`jp1im import tokyo --same-manager`"),
      },
    ]);
    await adopt(rig, { addresses: ["tokyo", "osaka"], sameManager: true });
    expect((await rig.plan()).changes).toEqual([]);
    const { detail } = await showState({ files: ["jp1im.yaml"] }, "tokyo/client/old-app", rig.platform());
    expect(detail).toMatchObject({ status: "delivered" });
    expect(rig.takeWrites()).toEqual([]);
  });

  test("is not taken from while nothing shows whether it is the same", async () => {
    const rig = await moved();
    await rig.write(
      "jp1im.yaml",
      CLIENT.replace("tokyo.test", "tokyo.new.test").replace(
        "clients: [",
        "clients: [{ id: theirs, deliverTo: { file: out/theirs } }, ",
      ),
    );
    rig.simulation.edit({ manager: "tokyo", type: "create-client", id: "theirs" });
    rig.simulation.faults.add({ path: "agents", effect: { type: "status", status: 403 } });
    const { imported, unknown } = await adopt(rig, { addresses: ["tokyo"] });
    expect(imported).toEqual([]);
    expect(unknown).toMatchObject([{ address: "tokyo", code: "manager-denied" }]);
  });

  test("is not recorded at the new address by an import of something else", async () => {
    const rig = await moved();
    await adopt(rig, { addresses: ["osaka"] });
    expect(await diagnosticsOf(rig.apply())).toEqual(["other-manager tokyo"]);
  });
});

describe("an import of one resource into an empty state", () => {
  const declared = {
    initialSecret: { deliverTo: { file: "out/initial" } },
    clients: [{ id: "old-app", deliverTo: { file: "out/old-app" } }],
    agents: [{ host: "web01", secrets: { alpha: { env: "ALPHA" }, beta: { env: "ALPHA" } } }],
  };
  const adopting = async (...addresses: string[]) => {
    const rig = await Rig.create(WORLD);
    rig.env.ALPHA = "alpha-new";
    await rig.write("jp1im.yaml", tokyoYaml(declared));
    await importResources({ files: ["jp1im.yaml"], addresses }, rig.platform());
    return rig;
  };

  test("leaves the guard on for everything else that exists: nothing is issued or written", async () => {
    const rig = await adopting("tokyo/client/old-app");
    const error = await rig.apply().catch((thrown) => thrown);
    expect(error.diagnostics).toMatchObject([
      { code: "no-state", summary: expect.stringContaining("secret/alpha, tokyo/agent") },
    ]);
    expect(rig.takeWrites()).toEqual([]);
  });

  test("reports a selector that matches nothing", async () => {
    const rig = await Rig.create(WORLD);
    await rig.write(
      "jp1im.yaml",
      tokyoYaml({ agents: [{ match: "wbe*", secrets: { alpha: { env: "A" } } }] }),
    );
    await adopt(rig);
    const reported = rig.events.flatMap((event) =>
      event.type === "diagnostic" ? event.diagnostic.code : [],
    );
    expect(reported).toContain("nothing-matched");
  });

  test("asks for nothing else, whatever selects agents", async () => {
    const rig = await Rig.create(WORLD);
    const selected = [{ match: "*", secrets: { alpha: { env: "ALPHA" } } }];
    await rig.write("jp1im.yaml", tokyoYaml({ ...declared, agents: selected }));
    rig.simulation.faults.add({ path: "agents", effect: { type: "status", status: 403 } });
    const { imported, unknown } = await adopt(rig, { addresses: ["tokyo/client/old-app"] });
    expect([imported.length, unknown]).toEqual([1, []]);
  });

  test("of the whole manager, everything that exists is known, and an apply goes on", async () => {
    const rig = await adopting("tokyo");
    const { diagnostics } = await rig.plan();
    expect(diagnostics).toEqual([]);
    await rig.apply();
    expect((await rig.plan()).changes).toEqual([]);
  });
});
