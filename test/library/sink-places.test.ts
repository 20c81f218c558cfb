import { exitCodeOfPlan } from "../../src/cli/exit-code-of";
import { apply, plan, removeFromState, validate } from "../../src/index";
import { ExitCode } from "../../src/model/exit-code";
import { HOME, type Rig } from "../rig/rig";
import { refusalsOf, tokyoRig, tokyoYaml } from "../rig/tokyo";

const desired = { clients: [{ id: "app", deliverTo: { file: "out/app" } }] };

async function setUp(): Promise<Rig> {
  const rig = await tokyoRig(desired);
  rig.env.JP1IM_STATE_KEY = Buffer.alloc(32, "a key").toString("base64");
  return rig;
}

const validOf = (rig: Rig) => rig.simulation.truth().managers.tokyo?.clients?.app;

test.each([
  ["with hard links", undefined],
  ["without hard links", "EPERM"],
])(
  "a file that somebody makes after the proof stays as it is, and the secret is kept, %s",
  async (_, fault) => {
    const rig = await setUp();
    rig.files.onCall = ({ name, path }) => {
      if (name !== "link" || path !== `${HOME}/out/app`) return undefined;
      // At the last call before the file would get its name.
      rig.files.place(path, "somebody's own");
      return fault;
    };
    const outcome = await rig.apply();
    rig.files.onCall = () => undefined;
    expect(outcome.summary).toMatchObject({ applied: 0, failed: 1 });
    expect(outcome.diagnostics.map(({ summary }) => summary).join()).toContain("is there already");
    expect(rig.read("out/app")).toBe("somebody's own");
    // It does not become ours by the second try.
    await expect(rig.apply()).rejects.toMatchObject({ diagnostics: [{ code: "sink-unwritable" }] });
    expect(rig.read("out/app")).toBe("somebody's own");
    await rig.remove("out/app");
    expect((await rig.apply()).summary).toMatchObject({ applied: 1, requests: 0 });
    expect(rig.read("out/app")).toBe(validOf(rig));
  },
);

test("a file that a run wrote which died before it could record that is recognised as ours", async () => {
  const rig = await setUp();
  let written = false;
  rig.files.onCall = ({ name, path }) => {
    const isLater = written && name === "write" && path.endsWith("state.log");
    written ||= name === "link" && path.endsWith("out/app");
    return isLater ? "EIO" : undefined;
  };
  await rig.apply();
  rig.files.onCall = () => undefined;
  expect(rig.read("out/app")).toBe(validOf(rig));
  expect((await rig.apply()).summary).toMatchObject({ failed: 0 });
  expect(rig.read("out/app")).toBe(validOf(rig));
  expect((await rig.plan()).changes).toEqual([]);
});

test("a file system without hard links takes the secret all the same", async () => {
  const rig = await setUp();
  rig.files.onCall = ({ name, path }) => (name === "link" && path.includes("/out/") ? "EPERM" : undefined);
  await rig.apply();
  expect(rig.read("out/app")).toBe(validOf(rig));
  expect(rig.files.paths().filter((path) => path.includes("/out/"))).toEqual([`${HOME}/out/app`]);
});

describe("a file that another secret has taken with `overwrite: true`", () => {
  const c1 = (generation: number, file: string) => ({ id: "c1", generation, deliverTo: { file } });
  const c2 = { id: "c2", deliverTo: { file: { path: "out/a", overwrite: true } } };
  const declare = (rig: Rig, ...all: readonly object[]) =>
    rig.write("jp1im.yaml", tokyoYaml({ clients: all, policy: { prune: "none" } }));
  const secretOf = (rig: Rig, id: string) => rig.simulation.truth().managers.tokyo?.clients?.[id];

  /** c1 was in out/a once, and is in out/b now; c2 is in out/a. */
  async function takenOver(): Promise<Rig> {
    const rig = await setUp();
    await declare(rig, c1(1, "out/a"));
    await rig.apply();
    await declare(rig, c1(2, "out/b"), c2);
    expect((await rig.apply()).summary).toMatchObject({ failed: 0 });
    expect((await rig.plan()).changes).toEqual([]);
    return rig;
  }

  test("is no longer its former owner's, also when nobody declares the other secret", async () => {
    const rig = await takenOver();
    await declare(rig, c1(3, "out/a"));
    const summary = expect.stringContaining("it was delivered for tokyo/client/c2");
    await expect(rig.apply()).rejects.toMatchObject({ diagnostics: [{ code: "sink-unwritable", summary }] });
    expect(rig.read("out/a")).toBe(secretOf(rig, "c2"));
  });

  test("belongs to the one that took it, which needs no more permission", async () => {
    const rig = await takenOver();
    await declare(rig, c1(2, "out/b"), { id: "c2", generation: 2, deliverTo: { file: "out/a" } });
    expect((await rig.apply()).summary).toMatchObject({ failed: 0 });
    expect(rig.read("out/a")).toBe(secretOf(rig, "c2"));
    expect((await rig.plan()).changes).toEqual([]);
  });

  test("is taken back with `overwrite: true` alone, and belongs to its first owner again", async () => {
    const rig = await takenOver();
    await declare(rig, { ...c1(3, "out/a"), deliverTo: { file: { path: "out/a", overwrite: true } } });
    expect((await rig.apply()).summary).toMatchObject({ failed: 0 });
    await declare(rig, c1(4, "out/a"));
    expect((await rig.apply()).summary).toMatchObject({ failed: 0 });
    expect(rig.read("out/a")).toBe(secretOf(rig, "c1"));
    expect((await rig.plan()).changes).toEqual([]);
  });

  test("is not taken by a run that cannot write to the state of its owner", async () => {
    const rig = await setUp();
    const declareBoth = async (ofTokyo: object[], ofOsaka: object[]) => {
      await declare(rig, ...ofTokyo);
      const osaka = { url: "http://osaka.test:20703", host: "immhost-osaka", clients: ofOsaka };
      await rig.write("osaka.yaml", tokyoYaml({ ...osaka, policy: { prune: "none" } }, "osaka"));
    };
    const files = ["jp1im.yaml", "osaka.yaml"];
    const secret = () => rig.simulation.truth().managers.osaka?.clients?.c1;
    await declareBoth([], [c1(1, "out/a")]);
    await rig.apply({ files });
    await declareBoth([c2], []);
    rig.takeWrites();
    const summary = expect.stringContaining("this run does not write the state of osaka");
    const refusal = expect.objectContaining({
      ...{ code: "sink-unwritable", address: "tokyo/client/c2", summary },
      ...{ position: expect.anything(), remedy: expect.stringContaining("--manager osaka") },
    });
    const onlyTokyo = { files, managers: ["tokyo"] };
    expect((await rig.plan(onlyTokyo)).diagnostics).toContainEqual(refusal);
    await expect(rig.apply(onlyTokyo)).rejects.toMatchObject({ diagnostics: [refusal] });
    expect(rig.read("out/a")).toBe(secret());
    await rig.remove("out/a");
    await expect(rig.apply(onlyTokyo)).rejects.toMatchObject({ diagnostics: [refusal] });
    expect(rig.takeWrites()).toEqual([]);
    expect((await rig.plan({ files })).diagnostics).toEqual([]);
    expect((await rig.apply({ files })).summary).toMatchObject({ applied: 1, failed: 0 });
    expect(rig.read("out/a")).toBe(secretOf(rig, "c2"));
  });

  test("is taken from a manager that is no longer declared once the state has forgotten it", async () => {
    const rig = await setUp();
    const osaka = { url: "http://osaka.test:20703", host: "immhost-osaka", clients: [c1(1, "out/a")] };
    await rig.write("osaka.yaml", tokyoYaml(osaka, "osaka"));
    await declare(rig);
    await rig.apply({ files: ["jp1im.yaml", "osaka.yaml"] });
    await declare(rig, c2);
    const { diagnostics } = await rig.plan();
    expect(diagnostics).toContainEqual(
      expect.objectContaining({
        code: "sink-unwritable",
        remedy: expect.stringContaining("run `jp1im state rm osaka/client/c1`"),
      }),
    );
    await removeFromState({ files: ["jp1im.yaml"] }, ["osaka/client/c1"], rig.platform());
    expect((await rig.apply()).summary).toMatchObject({ applied: 1, failed: 0 });
    expect(rig.read("out/a")).toBe(secretOf(rig, "c2"));
  });

  test("is not its former owner's either where that one's file was removed before", async () => {
    const rig = await setUp();
    await declare(rig, c1(1, "out/a"));
    await rig.apply();
    await declare(rig, c1(2, "out/b"));
    await rig.apply();
    await rig.remove("out/a");
    await declare(rig, c1(2, "out/b"), { id: "c2", deliverTo: { file: "out/a" } });
    await rig.apply();
    await declare(rig, c1(3, "out/a"));
    await expect(rig.apply()).rejects.toMatchObject({ diagnostics: [{ code: "sink-unwritable" }] });
    expect(rig.read("out/a")).toBe(secretOf(rig, "c2"));
  });
});

test("a secret in the folder of another state is refused", async () => {
  const rig = await setUp();
  await rig.apply();
  await rig.write(
    "jp1im.yaml",
    tokyoYaml({ clients: [{ id: "app", deliverTo: { file: ".jp1im/managers/tokyo/state.log" } }] }),
  );
  const summary = expect.stringContaining("lies in the folder of a state");
  await expect(rig.apply({ state: "elsewhere" })).rejects.toMatchObject({
    diagnostics: [{ severity: "warning" }, { code: "shared-place", summary }],
  });
});

describe("below a folder of the desired state", () => {
  const inFleet = async (sink: string) => {
    const rig = await tokyoRig({});
    await rig.files.makeFolder(`${HOME}/fleet/out`);
    await rig.write("fleet/a.yaml", tokyoYaml({ clients: [{ id: "app", deliverTo: { file: sink } }] }));
    return rig;
  };
  const files = ["fleet"];

  test.each(["c3.yaml", "out/c1.yaml", "out/new/c2.yml", `${HOME}/fleet/c4.yaml`])(
    "a secret in %s, which the next run would read, is refused",
    async (sink) => {
      const rig = await inFleet(sink);
      const summary = expect.stringContaining("which the next command would read as desired state");
      await expect(rig.apply({ files })).rejects.toMatchObject({
        diagnostics: [
          { severity: "warning" },
          { code: "shared-place", summary, address: "tokyo/client/app" },
        ],
      });
      expect(rig.takeWrites()).toEqual([]);
    },
  );

  test.each(["c3", "c3.YAML", "out/.c1.yaml", ".keys/c1.yaml", "node_modules/c1.yaml", "../c5.yaml"])(
    "a secret in %s, which no run reads, is delivered",
    async (sink) => {
      const rig = await inFleet(sink);
      await rig.apply({ files });
      expect((await rig.plan({ files })).changes).toEqual([]);
    },
  );

  test("a file that is named itself makes no folder an input", async () => {
    const rig = await inFleet("c3.yaml");
    await rig.apply({ files: ["fleet/a.yaml"] });
    expect((await rig.plan({ files: ["fleet/a.yaml"] })).changes).toEqual([]);
  });

  test.each(["fleet/p.yaml", "fleet/out/p.yml", `${HOME}/fleet/p.yaml`])(
    "a plan in %s is refused before a manager is asked",
    async (out) => {
      const rig = await inFleet("../out/app");
      const summary = expect.stringContaining("would read it as desired state");
      await expect(rig.plan({ files, save: true, out })).rejects.toMatchObject({
        diagnostics: [{ code: "plan-unwritable", summary }],
      });
      expect(rig.simulation.requests()).toEqual([]);
      expect(await rig.plan({ files, save: true, out: "fleet/p.plan" })).toMatchObject({ mode: "apply" });
    },
  );
});

test.each([
  ["out/app", "is where tokyo/client/app is delivered (jp1im.yaml:1:"],
  ["trail.jsonl", "is the audit trail (jp1im.yaml:1:"],
  ["jp1im.yaml", "is a file of the desired state"],
  [".jp1im/new.plan", "lies in the state's folder"],
])("a plan is not saved to %s, which something else needs or will make", async (out, why) => {
  const rig = await setUp();
  const audited = { ...JSON.parse(tokyoYaml(desired)), audit: { file: "trail.jsonl" } };
  await rig.write("jp1im.yaml", JSON.stringify(audited));
  await expect(rig.plan({ save: true, out })).rejects.toMatchObject({
    diagnostics: [{ code: "plan-unwritable", summary: expect.stringContaining(why) }],
  });
  expect(rig.simulation.requests()).toEqual([]);
});

describe("a sink", () => {
  test("is the same from another working folder, which the output shows it from", async () => {
    const rig = await setUp();
    await rig.apply();
    const platform = { ...rig.platform(), cwd: `${HOME}/out` };
    const elsewhere = await plan({ files: ["../jp1im.yaml"] }, platform);
    expect([elsewhere.blocked, elsewhere.changes]).toEqual([[], []]);
    const rotated = await apply({ files: [`${HOME}/jp1im.yaml`], rotate: ["tokyo/client/app"] }, platform);
    expect(rotated?.changes[0]?.delivered_to).toBe("file app");
  });

  test("is the same in a checkout at another path, whose state came along", async () => {
    const rig = await setUp();
    await rig.apply();
    await rig.files.makeFolder("/runner");
    for (const path of rig.files.paths().filter((each) => each.startsWith(HOME)))
      rig.files.place(path.replace(HOME, "/runner"), rig.files.peek(path) ?? "");
    const moved = await plan({ files: ["jp1im.yaml"] }, { ...rig.platform(), cwd: "/runner" });
    expect([moved.blocked, moved.changes]).toEqual([[], []]);
  });

  test("is another one where the same spelling leads elsewhere", async () => {
    const rig = await setUp();
    await rig.apply();
    await rig.files.makeFolder(`${HOME}/sub`);
    await rig.write("sub/jp1im.yaml", tokyoYaml(desired));
    const moved = await plan({ files: ["sub/jp1im.yaml"], state: ".jp1im" }, rig.platform());
    expect(moved.blocked.map(({ code }) => code)).toEqual(["sink-moved"]);
    expect(moved.blocked[0]?.detail).toContain("sub/out/app");
    expect(exitCodeOfPlan(moved, false)).toBe(ExitCode.partial);
  });
});

test("an age recipient whose checksum is wrong is found when the desired state is read", async () => {
  const good = "age1rudvrhps5g2czty8l68w67lhvavtrjrzq7pwzc45ankfl4eqcq4qlunm3p";
  const age = (...recipients: string[]) => ({
    clients: [{ id: "app", deliverTo: [{ file: "out/app" }, { age: { recipients, file: "out/app.age" } }] }],
  });
  for (const bad of ["age1abc", good.replace("hps5", "hp5s")]) {
    const rig = await tokyoRig(age(good, bad));
    const { diagnostics } = await validate({ files: ["jp1im.yaml"] }, rig.platform());
    expect(diagnostics.filter(({ severity }) => severity === "error")).toMatchObject([
      {
        code: "out-of-range",
        summary: `${bad} is not an age recipient`,
        address: "tokyo/client/app",
        position: { file: "jp1im.yaml" },
      },
    ]);
  }
  const rig = await tokyoRig(age(good));
  expect((await validate({ files: ["jp1im.yaml"] }, rig.platform())).diagnostics).toMatchObject([
    { severity: "warning" },
  ]);
});

test.each([
  ["--policy", { policies: ["./judge --strict"] }, {}, "a program that judges the plan (--policy)"],
  ["JP1IM_POLICY", {}, { JP1IM_POLICY: 'true\n["./judge"]' }, "a program that judges the plan (--policy)"],
  ["the key command", {}, { JP1IM_STATE_KEY_COMMAND: "./judge" }, "the program of JP1IM_STATE_KEY_COMMAND"],
  ["--trust", { trust: ["judge"], secrets: false }, {}, "a file that --trust names"],
])("no secret is delivered onto what the run itself names: %s", async (_, options, env, is) => {
  const rig = await setUp();
  const onto = { clients: [{ id: "app", deliverTo: { file: { path: "judge", overwrite: true } } }] };
  await rig.write("jp1im.yaml", tokyoYaml(onto));
  await rig.write("judge", tokyoYaml(desired));
  Object.assign(rig.env, env);
  const shared = { code: "shared-place", summary: expect.stringContaining(is) };
  expect(await refusalsOf(rig.plan(options))).toContainEqual(expect.objectContaining(shared));
  if (Object.keys(env).length > 0) {
    const { diagnostics } = await validate({ files: ["jp1im.yaml"] }, rig.platform());
    expect(diagnostics).toContainEqual(expect.objectContaining(shared));
  }
});
