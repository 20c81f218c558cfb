import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { failure } from "../../src/model/diagnostic";
import { outputFaults } from "../report/output-schema";
import { mixedPlan, outcomeOf, planOf } from "../report/plans";
import { run } from "./fake-library";
import { runnableCommands } from "./program";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "jp1im-cli-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const inSync = planOf({ summary: { unchanged: 3 } });

describe("validate", () => {
  test("tells what is declared and exits with 0", async () => {
    const ran = await run("validate -f a.yaml -f dir");
    expect(ran).toMatchObject({ code: 0, out: "Valid: 1 manager, 3 agent secrets, 2 clients.\n", err: "" });
    expect(ran.calls).toEqual([{ name: "validate", options: { files: ["a.yaml", "dir"] } }]);
  });

  test("exits with 64 on an error, tells it on stderr, and keeps stdout to the one line", async () => {
    const diagnostic = { code: "unknown-key", severity: "error", summary: "unknown key x" } as const;
    const library = {
      validate: async () => ({
        managers: 0,
        resources: { "initial-secret": 0, client: 0, "lower-manager": 0, secret: 0, selector: 0 },
        diagnostics: [diagnostic],
      }),
    };
    const ran = await run("validate -f a.yaml", { library });
    expect(ran).toMatchObject({
      code: 64,
      out: "Invalid: 1 error.\n",
      err: "error: unknown key x [unknown-key]\n",
    });
    const json = await run("validate -f a.yaml --output json", { library });
    expect(json.json()).toMatchObject({ success: false, exit_code: 64, diagnostics: [diagnostic] });
    expect(json.err).toBe("");
  });
});

describe("plan", () => {
  test("hands every option to the library", async () => {
    const ran = await run(
      "plan -f a.yaml --state st --manager tokyo --manager osaka --target tokyo/client/a --refresh=false --no-secrets --trust main --parallelism 3",
    );
    expect(ran.calls).toEqual([
      {
        name: "plan",
        options: {
          files: ["a.yaml"],
          state: "st",
          managers: ["tokyo", "osaka"],
          targets: ["tokyo/client/a"],
          refresh: false,
          secrets: false,
          trust: ["main"],
          parallelism: 3,
          mode: "apply",
        },
      },
    ]);
    const plain = await run("plan -f a.yaml");
    expect(plain.calls[0]?.options).toEqual({
      files: ["a.yaml"],
      refresh: true,
      secrets: true,
      mode: "apply",
    });
  });

  test("exits with 0, or 2 for changes only where that was asked for, and 3 where something is open", async () => {
    const changed = planOf({ changes: mixedPlan.changes });
    const code = async (line: string, plan = changed) =>
      (await run(line, { library: { plan: async () => plan } })).code;
    expect(await code("plan -f a")).toBe(0);
    expect(await code("plan -f a --detailed-exitcode")).toBe(2);
    expect(await code("plan -f a --detailed-exitcode", inSync)).toBe(0);
    expect(await code("plan -f a --detailed-exitcode", mixedPlan)).toBe(3);
  });

  test("saves the plan readable by its owner alone, and says how to apply it", async () => {
    const ran = await run("plan -f a --out p.plan", { cwd: folder });
    const file = join(folder, "p.plan");
    expect(JSON.parse(readFileSync(file, "utf8"))).toEqual(mixedPlan);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(["p.plan"]);
    expect(ran.out).toContain("Saved to p.plan; jp1im apply p.plan applies exactly this.\n");
    expect(ran.calls[0]?.options).toMatchObject({ save: true });
  });

  test("replaces an older plan, whose permissions do not stay", async () => {
    writeFileSync(join(folder, "p.plan"), "", { mode: 0o644 });
    await run("plan -f a --out p.plan", { cwd: folder });
    expect(statSync(join(folder, "p.plan")).mode & 0o777).toBe(0o600);
  });

  test("replaces a plan, and no file that is something else", async () => {
    const file = join(folder, "p.plan");
    const digest = `sha256:${"0".repeat(64)}`;
    const others = ["managers: {}", "null", "{}", "[]", '{"checksum":7}', '{"checksum":"sha256:0f"}'];
    for (const text of [...others, `{"checksum":"x${digest}"}`, `{"checksum":"${digest}0"}`, ` ${digest}`]) {
      writeFileSync(file, text);
      const ran = await run("plan -f a --out p.plan --output json", { cwd: folder });
      expect(ran.json()).toMatchObject({
        ...{ exit_code: 1, diagnostics: [{ code: "plan-unwritable" }] },
      });
      expect(readFileSync(file, "utf8")).toBe(text);
    }
    writeFileSync(file, `{"checksum":"${digest}"}`);
    await run("plan -f a --out p.plan", { cwd: folder });
    expect(JSON.parse(readFileSync(file, "utf8"))).toEqual(mixedPlan);
  });

  test("fails with 1 and the reason where the plan cannot be saved, and leaves nothing behind", async () => {
    const ran = await run("plan -f a --out missing/p.plan --output json", { cwd: folder });
    expect(ran.json()).toMatchObject({
      exit_code: 1,
      plan: { mode: "apply" },
      diagnostics: [
        {
          code: "plan-unwritable",
          remedy: "mkdir -p missing",
          summary: "the plan cannot be saved to missing/p.plan: the folder missing does not exist",
        },
      ],
    });
    expect(readdirSync(folder)).toEqual([]);
    const onFolder = await run(["plan", "-f", "a", "--out", folder], { cwd: folder });
    expect(onFolder.code).toBe(1);
    expect(existsSync(folder) && readdirSync(folder)).toEqual([]);
  });

  test("does not save a plan whose apply would stop at an error, and does not promise it", async () => {
    const diagnostics = [
      { code: "sink-unwritable", severity: "error", summary: "out is read-only", remedy: "chmod u+w out" },
    ] as const;
    const library = { plan: async () => planOf({ changes: mixedPlan.changes, diagnostics }) };
    const ran = await run("plan -f a --out p.plan", { cwd: folder, library });
    expect(ran.code).toBe(1);
    expect(ran.out).toContain("Not saved to p.plan: its apply would stop at the errors below.\n");
    expect(readdirSync(folder)).toEqual([]);
  });

  test("takes all clients, lower managers or agents of a manager as a target", async () => {
    for (const target of ["tokyo/client", "tokyo/lower-manager", "tokyo/agent/immhost-osaka"]) {
      const { calls } = await run(`plan -f a --target ${target}`);
      expect(calls).toEqual([
        expect.objectContaining({ options: expect.objectContaining({ targets: [target] }) }),
      ]);
    }
  });

  test("uses jp1im.yaml of the folder, and teaches where there is none", async () => {
    const none = await run("plan", { cwd: folder });
    expect(none.code).toBe(64);
    expect(none.err).toContain(
      `no desired state was given, and there is no jp1im.yaml in ${folder} [no-input]`,
    );
    expect(none.err).toContain("-f FILE");
    writeFileSync(join(folder, "jp1im.yaml"), "");
    const found = await run("plan", { cwd: folder });
    expect(found.calls[0]?.options).toMatchObject({ files: ["jp1im.yaml"] });
  });

  test("tells the diagnostics of the library's events, once, on stderr", async () => {
    const warning = {
      code: "insecure-setting",
      severity: "warning",
      summary: "tls.insecure is set",
    } as const;
    const ran = await run("plan -f a", {
      library: {
        plan: async (_options, platform) => {
          platform.report({ type: "diagnostic", diagnostic: warning });
          return planOf({ diagnostics: [warning] });
        },
      },
    });
    expect(ran.err).toBe("warning: tls.insecure is set [insecure-setting]\n");
    expect(ran.code).toBe(0);
  });
});

describe("drift", () => {
  test("always exits with 2 when there are changes, and has its own words", async () => {
    const plan = planOf({ changes: mixedPlan.changes });
    const ran = await run("drift -f a", { library: { plan: async () => plan } });
    expect(ran.code).toBe(2);
    expect(ran.out).toMatch(/^Where the managers have left the desired state:/);
    const json = await run("drift -f a --output json", { library: { plan: async () => plan } });
    expect(json.json()).toMatchObject({ command: "drift", success: true, exit_code: 2 });
  });

  test("exits with 0 in sync and says so", async () => {
    const ran = await run("drift -f a", { library: { plan: async () => inSync } });
    expect(ran).toMatchObject({ code: 0, out: "No drift: 3 resources are as declared, nothing to do.\n" });
  });

  test("without values needs to be told which managers it may ask, so that it does not report what it never saw", async () => {
    const ran = await run("drift -f a --no-secrets", { library: { plan: async () => inSync } });
    expect(ran).toMatchObject({ code: 64, err: expect.stringContaining("--trust") });
    for (const line of ["drift -f a --no-secrets --trust main", "drift -f a --no-secrets --refresh false"])
      expect((await run(line, { library: { plan: async () => inSync } })).code).toBe(0);
  });
});

describe("apply", () => {
  test("shows the plan, then the outcome, and hands its options on", async () => {
    const ran = await run("apply -f a --auto-approve --lock-timeout 2m --parallelism 4");
    expect(ran.code).toBe(0);
    expect(ran.out.indexOf("Plan: 2 to create")).toBeGreaterThan(0);
    expect(ran.out.indexOf("Applied: 2 created")).toBeGreaterThan(ran.out.indexOf("Plan: 2 to create"));
    expect(ran.calls[0]).toMatchObject({
      name: "apply",
      options: { files: ["a"], mode: "apply", command: "apply", lockTimeoutMs: 120_000, parallelism: 4 },
    });
  });

  test("does not ask the library anything without a terminal or --auto-approve", async () => {
    const ran = await run("apply -f a --output json");
    expect(ran).toMatchObject({ code: 64, calls: [] });
    expect(ran.json()).toMatchObject({
      success: false,
      exit_code: 64,
      diagnostics: [{ code: "needs-approval" }],
    });
    for (const files of ["-f -", "-f a -f -"]) {
      const piped = await run(`apply ${files}`, { tty: true });
      expect(piped).toMatchObject({ code: 64, calls: [] });
      expect(piped.err).toContain("stdin carries the desired state");
    }
  });

  test.each([
    ["yes", 0],
    [" yes ", 0],
    ["y", 130],
    ["YES", 130],
    ["yes, but", 130],
    ["", 130],
    [undefined, 130],
  ])("on a terminal takes %p as an answer and exits with %d", async (answer, code) => {
    const ran = await run("apply -f a --no-color", {
      tty: true,
      ...(answer === undefined ? {} : { answer }),
    });
    expect(ran.code).toBe(code);
    expect(ran.err).toContain("Apply this plan? Only 'yes' is accepted: ");
    if (code === 0) expect(ran.out).toContain("Applied:");
    else expect(ran.err).toContain("the plan was not approved, and nothing was changed");
  });

  test("asks nothing where nothing would change, and does not report twice that nothing did", async () => {
    const library = {
      apply: async (options: { approve?: ((plan: typeof inSync) => Promise<boolean>) | undefined }) =>
        (await options.approve?.(inSync)) ? outcomeOf(inSync) : undefined,
    };
    const ran = await run("apply -f a", { tty: true, library });
    expect(ran).toMatchObject({ code: 0, err: "" });
    expect(ran.out).toContain("In sync");
    expect(ran.out).not.toContain("Applied");
  });

  test("asks before the key of the state is replaced, though nothing else would change", async () => {
    const diagnostics = [{ code: "state-key", severity: "warning", summary: "it is replaced" }] as const;
    const replacing = { ...inSync, diagnostics };
    const library = {
      apply: async (options: { approve?: ((plan: typeof inSync) => Promise<boolean>) | undefined }) =>
        (await options.approve?.(replacing)) ? outcomeOf(replacing) : undefined,
    };
    const ran = await run("apply -f a --new-state", { tty: true, answer: "no", library });
    expect(ran).toMatchObject({ code: 130, err: expect.stringContaining("Only 'yes' is accepted") });
  });

  test("with JSON keeps stdout to the document: the plan to approve is on stderr", async () => {
    const ran = await run("apply -f a --output json", { tty: true, answer: "yes" });
    expect(ran.json()).toMatchObject({
      command: "apply",
      success: true,
      outcome: { summary: { failed: 0 } },
    });
    expect(ran.err).toContain("Plan: 2 to create");
  });

  test("keeps the plan in the document when it fails after it", async () => {
    const library = {
      apply: async (options: { approve?: ((plan: typeof mixedPlan) => Promise<boolean>) | undefined }) => {
        await options.approve?.(mixedPlan);
        throw failure({ code: "policy-refused", summary: "40 deletes pass maxDeletes" });
      },
    };
    const ran = await run("apply -f a --auto-approve --output json", { library });
    expect(ran.json()).toMatchObject({
      exit_code: 4,
      plan: { mode: "apply" },
      diagnostics: [{ code: "policy-refused" }],
    });
  });

  test("of a partial outcome exits with 3 and tells its diagnostics", async () => {
    const diagnostics = [{ code: "manager-failed", severity: "error", summary: "disk full" } as const];
    const changes = mixedPlan.changes.map(({ address, action }, index) => ({
      address,
      action,
      status: index === 0 ? ("failed" as const) : ("applied" as const),
    }));
    const outcome = outcomeOf(planOf({ changes: mixedPlan.changes }), { changes, diagnostics });
    const ran = await run("apply -f a --auto-approve", { library: { apply: async () => outcome } });
    expect(ran.code).toBe(3);
    expect(ran.out).toContain("Partly applied:");
    expect(ran.err).toContain("error: disk full [manager-failed]");
  });
});

describe("apply with a saved plan", () => {
  beforeEach(() => writeFileSync(join(folder, "p.plan"), JSON.stringify(mixedPlan)));

  test("never asks, terminal or not", async () => {
    const ran = await run("apply p.plan --state st --lock-timeout 500ms --parallelism 2", { cwd: folder });
    expect(ran.calls.map(({ name }) => name)).toEqual(["parsePlan", "applySavedPlan"]);
    expect(ran.out).toContain("Plan: 2 to create");
    expect(ran.err).not.toContain("Only 'yes'");
    expect(ran.code).toBe(3);
  });

  test.each([
    "--file a",
    "--manager tokyo",
    "--shard 2/3",
    "--refresh false",
    "--rotate tokyo/client/web",
    "--new-state",
  ])("refuses %s, which the plan has decided", async (option) => {
    const ran = await run(`apply p.plan ${option}`, { cwd: folder });
    expect(ran).toMatchObject({ code: 64, calls: [] });
    expect(ran.err).toContain(`${option.split(" ")[0]} does not go with a saved plan`);
  });

  test("refuses a scope that would contradict the plan's own", async () => {
    const ran = await run("apply p.plan --target tokyo", { cwd: folder });
    expect(ran).toMatchObject({ code: 64, calls: [] });
    expect(ran.err).toContain("--target does not go with a saved plan");
    const fromEnvironment = await run("apply p.plan", { cwd: folder, env: { JP1IM_TARGET: "tokyo" } });
    expect(fromEnvironment.code).toBe(3);
  });

  test("exits with 5 when it is stale and 64 when there is no such file", async () => {
    const library = {
      applySavedPlan: async () => {
        throw failure({ code: "plan-stale", summary: "the state has moved on" });
      },
    };
    expect((await run("apply p.plan", { cwd: folder, library })).code).toBe(5);
    const missing = await run("apply q.plan", { cwd: folder });
    expect(missing.code).toBe(64);
    expect(missing.err).toContain("the plan q.plan cannot be read: it does not exist [plan-unreadable]");
  });
});

describe("destroy", () => {
  test("plans a destroy, says what is lost, and asks", async () => {
    const ran = await run("destroy -f a --no-color", { tty: true, answer: "no" });
    expect(ran.code).toBe(130);
    expect(ran.calls[0]).toMatchObject({ name: "apply", options: { mode: "destroy", command: "destroy" } });
    expect(ran.out).toContain("Destroy: ");
    expect(ran.err).toContain("This is lost, and cannot be undone:\n  1 secret of 1 agent");
    expect(ran.err).toContain("Destroy all of this? Only 'yes' is accepted: ");
  });

  test("needs --auto-approve without a terminal", async () => {
    expect(await run("destroy -f a")).toMatchObject({ code: 64, calls: [] });
    expect((await run("destroy -f a --auto-approve")).code).toBe(0);
  });
});

describe("state", () => {
  test("list, show, rm and unlock ask the library and print what it says", async () => {
    const list = await run("state list --state st");
    expect(list).toMatchObject({
      code: 0,
      calls: [{ name: "listState", options: { files: [], state: "st" } }],
    });
    expect(list.out).toContain(
      "tokyo/client/a  generation 2, delivered\n1 record in /site/.jp1im, serial 9.\ntokyo is locked by",
    );
    const show = await run("state show tokyo/client/a -f x");
    expect(show.out).toContain("  generation  2\n");
    const rm = await run("state rm tokyo/client/a tokyo/client/b -f x --lock-timeout 3");
    expect(rm.calls[0]?.options).toEqual({ files: ["x"], lockTimeoutMs: 3000 });
    expect(rm.out).toContain("2 addresses forgotten; the managers were not touched.\n");
    const mv = await run("state mv tokyo edo -f x --lock-timeout 3");
    expect(mv.calls[0]?.options).toEqual({ files: ["x"], lockTimeoutMs: 3000 });
    expect(mv.out).toContain("  tokyo → edo\n1 address moved; the managers were not touched.\n");
    const unlock = await run("state unlock 3f9c -f x");
    expect(unlock.out).toContain("Unlocked: tokyo was locked by op@build-7");
    expect(list.out).toMatch(/→ jp1im state unlock --state st \w+ {3}only when/);
  });

  test("needs an address to remove", async () => {
    const { err } = await run("state rm -f x");
    expect(err).toContain("missing required argument 'address'");
    expect(err).toContain("add <address>, addresses, as jp1im state list prints them");
  });
});

describe("simulate", () => {
  const started: unknown[] = [];
  let closed = 0;
  const simulator = {
    start: async (options: unknown) => {
      started.push(options);
      return {
        managers: { tokyo: "http://127.0.0.1:20703" },
        control: "http://127.0.0.1:9/_simulator",
        close: async () => {
          closed += 1;
        },
      };
    },
  };

  test.each(["text", "json"])(
    "prints the URLs as %s, runs until Ctrl-C, closes, and exits with 0",
    async (format) => {
      started.length = 0;
      closed = 0;
      const ran = await run(
        `simulate w.yaml --persist w.json --control-port 0 --show-secrets --output ${format}`,
        {
          cwd: "/site",
          simulator,
          io: (io) => setTimeout(() => io.stop(), 20),
        },
      );
      expect(started).toEqual([
        { worldFile: "/site/w.yaml", persist: "/site/w.json", controlPort: 0, showSecrets: true },
      ]);
      expect({ code: ran.code, closed }).toEqual({ code: 0, closed: 1 });
      if (format === "text") expect(ran.out).toContain("tokyo    http://127.0.0.1:20703\n");
      else expect(ran.json()).toMatchObject({ simulator: { managers: { tokyo: "http://127.0.0.1:20703" } } });
    },
  );

  test("plays a probed manager, and warns of what it cannot play while it runs", async () => {
    started.length = 0;
    const partly = {
      start: async (options: unknown) => ({ ...(await simulator.start(options)), unplayable: ["sessions"] }),
    };
    const stopping = (io: { stop(): void }) => setTimeout(() => io.stop(), 20);
    const ran = await run("simulate w.yaml --like probe.json", {
      cwd: "/site",
      simulator: partly,
      io: stopping,
    });
    expect(started).toMatchObject([{ worldFile: "/site/w.yaml", like: "/site/probe.json" }]);
    expect(ran).toMatchObject({ code: 0, err: expect.stringContaining("answered sessions in a way") });
  });

  test("refuses a port that is none", async () => {
    const ran = await run("simulate w.yaml --control-port 99999", { simulator });
    expect(ran.code).toBe(64);
    expect(ran.err).toContain("It takes a port from 0 to 65535");
  });
});

describe("schema", () => {
  test.each([
    ["", '"$schema"'],
    [" desired-state", '"$schema"'],
    [" plan", '"A plan of jp1im"'],
    [" output", '"exit_code"'],
    [" manager-api", "openapi: 3.1"],
  ])("prints%s as it ships", async (argument, part) => {
    const ran = await run(`schema${argument}`);
    expect(ran.code).toBe(0);
    expect(ran.out).toContain(part);
  });

  test("knows no other", async () => {
    expect((await run("schema state")).code).toBe(64);
  });
});

describe("every JSON document that a command prints fits the published schema", () => {
  const enrol = "--url http://m --client-id app --initial-secret env:I --deliver-to file:out";
  const lines = [
    "validate -f a",
    "plan -f a",
    "drift -f a",
    "apply -f a --auto-approve",
    "apply -f a",
    "destroy -f a --auto-approve",
    "export -f a --manager tokyo",
    "import --all -f a",
    "rebuild -f a --manager tokyo --replaces immhost01 --auto-approve",
    "rebuild -f a --manager tokyo --check",
    `enroll ${enrol}`,
    "initial-secret issue -f a --manager tokyo --auto-approve",
    "state list -f a",
    "state show tokyo/client/a -f a",
    "state rm tokyo/client/a -f a",
    "state mv tokyo edo -f a",
    "state rekey -f a",
    "state unlock 3f9c -f a",
    "explain",
    "explain KAJY68205-E",
    "explain nonsense",
    "version",
    "get agents -f a",
    "doctor -f a",
    "audit verify audit.jsonl",
    "probe -f a --manager tokyo --clean-up",
    "probe -f a --manager tokyo --agent test01",
    "state push -f a copy.json",
    "state migrate old new",
    "state compact -f a",
    "shards -f a --max 3",
    "plan --nonsense",
    "nonsense",
  ];

  test.each(lines)("%s", async (line) => {
    const ran = await run(`${line} --output json`);
    const document = ran.json();
    expect(outputFaults(document)).toEqual([]);
    expect(document.exit_code).toBe(ran.code);
    expect(ran.err).toBe("");
  });

  test("no command is left out, but for watch and simulate, which run until they are stopped", () => {
    const printing = runnableCommands().filter(([, { options }]) =>
      options.some(({ long }) => long === "--output"),
    );
    const missing = printing
      .map(([path]) => path.replace("jp1im ", ""))
      .filter((path) => !lines.some((line) => line.startsWith(path)));
    expect(missing).toEqual(["watch", "simulate"]);
  });
});

describe("enroll", () => {
  const line = "enroll --url http://m --client-id app --initial-secret env:I --deliver-to file:out";

  test("hands every option to the library and says where the secret is", async () => {
    const ran = await run(`${line} --deliver-to file:b --ca ca.pem --insecure --state st --lock-timeout 2s`);
    expect(ran).toMatchObject({ code: 0, err: "" });
    expect(ran.out).toBe(
      "Enrolled app on http://m: its secret is in file out, issued 2026-01-02T03:04:05Z.\n",
    );
    expect(ran.calls).toEqual([
      {
        name: "enroll",
        options: {
          url: "http://m",
          clientId: "app",
          initialSecret: "env:I",
          deliverTo: ["file:out", "file:b"],
          tls: { ca: "ca.pem", insecure: true },
          state: "st",
          lockTimeoutMs: 2000,
        },
      },
    ]);
  });

  test.each(["--url", "--client-id", "--initial-secret", "--deliver-to"])("needs %s", async (option) => {
    const without = line.replace(new RegExp(` ${option} \\S+`), "");
    const ran = await run(without);
    expect(ran).toMatchObject({ code: 64, out: "", calls: [] });
    expect(ran.err).toContain(`${option} is missing`);
  });

  test("exits with 3 where something may have been issued and was not delivered", async () => {
    const diagnostics = [{ code: "sink-unwritable", severity: "error", summary: "disk full" }] as const;
    const failed = { url: "http://m", client_id: "app", status: "failed", delivered_to: "file out" } as const;
    const library = { enroll: async () => ({ ...failed, diagnostics }) };
    const ran = await run(line, { library });
    expect(ran.code).toBe(3);
    expect(ran.out).toContain("Not enrolled");
    expect(ran.err).toContain("disk full");
    const places = [
      { place: "program bad", status: "failed" },
      { place: "file out", status: "delivered" },
    ] as const;
    const partly = await run(line, { library: { enroll: async () => ({ ...failed, places, diagnostics }) } });
    expect(partly.out).toBe(
      "Not enrolled: app on http://m was issued, and its secret is in file out, and not in program bad.\n",
    );
    expect((await run(`${line} --output json`, { library })).json()).toMatchObject({
      exit_code: 3,
      enrolment: { client_id: "app", status: "failed" },
      diagnostics,
    });
  });
});

describe("initial-secret issue", () => {
  const line = "initial-secret issue -f a --manager tokyo --deliver-to file:out";

  test("needs a yes, and says loudly what stops working", async () => {
    const asked = await run(line, { tty: true, answer: "yes" });
    expect(asked.err).toContain("The present one stops working at once");
    expect(asked.out).toContain("The former one has stopped working");
    expect(asked.code).toBe(0);
    expect(await run(line, { tty: true, answer: "no" })).toMatchObject({ code: 130, out: "" });
    expect(await run(line)).toMatchObject({ code: 64, calls: [] });
    expect(await run(`${line} --auto-approve`)).toMatchObject({ code: 0 });
  });

  test.each(["", "--manager tokyo --manager osaka"])(
    "takes exactly one manager, not '%s'",
    async (managers) => {
      const ran = await run(`initial-secret issue -f a ${managers} --auto-approve`);
      expect(ran).toMatchObject({ code: 64, calls: [] });
      expect(ran.err).toContain("--manager");
    },
  );
});

test("state rekey hands its options on, and counts what was taken over", async () => {
  const ran = await run("state rekey -f a --new-key-file k --no-secrets --lock-timeout 1s");
  expect(ran.calls).toEqual([
    { name: "rekeyState", options: { files: ["a"], newKeyFile: "k", secrets: false, lockTimeoutMs: 1000 } },
  ]);
  expect(ran.out).toContain("3 fingerprints taken over, 1 value unverified");
  expect((await run("state rekey -f a --output json")).json()).toMatchObject({
    rekeyed: { kept: 3, unverified: 1 },
  });
});
