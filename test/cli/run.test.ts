import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DiagnosticError, failure } from "../../src/model/diagnostic";
import { mixedPlan, outcomeOf, planOf } from "../report/plans";
import { run } from "./fake-library";

test("the help of a command does not run it, whatever exit code the process has so far", async () => {
  const before = process.exitCode;
  process.exitCode = 1;
  const ran = await run("help graph").finally(() => {
    process.exitCode = before;
  });
  expect(ran.out + ran.err).toContain("Usage: jp1im graph");
  expect((await run("help grpah")).err).toContain("grpah");
});

test.each([
  ["destroy --approved-by --help", "destroy"],
  ["apply --auto-approve --approved-by -h", "apply"],
  ["plan --out --help", "plan"],
  ["rebuild --manager tokyo --replaces --help", "rebuild"],
  ["state unlock --state --help", "state unlock"],
  ["apply plan.json --help", "apply"],
])(
  "help that is asked for behind an option without its value does not run the command: %s",
  async (line, command) => {
    const ran = await run(line, { env: { JP1IM_AUTO_APPROVE: "1" } });
    expect([ran.code, ran.err]).toEqual([0, ""]);
    expect(ran.out).toContain(`Usage: jp1im ${command} `);
  },
);

test("behind -- there is no help", async () => {
  expect((await run("apply -- --help")).out).not.toContain("Usage:");
});

describe("Ctrl-C", () => {
  test("once aborts the signal, tells so, and exits with 130", async () => {
    let aborted = false;
    const ran = await run("plan -f a", {
      io: (io) => setTimeout(() => io.stop(), 10),
      library: {
        plan: async (_options, platform) => {
          await new Promise((resolve) => platform.signal.addEventListener("abort", resolve, { once: true }));
          aborted = platform.signal.aborted;
          return mixedPlan;
        },
      },
    });
    expect({ code: ran.code, aborted, out: ran.out }).toEqual({ code: 130, aborted: true, out: "" });
    expect(ran.err).toContain(
      "\nstopping: finishing what is in flight; press Ctrl-C again to stop at once\n",
    );
    expect(ran.err).toContain("error: the run was cancelled [cancelled]");
  });

  test("by another signal speaks of no key that somebody pressed", async () => {
    const ran = await run("plan -f a", {
      io: (io) => setTimeout(() => io.stop("SIGTERM"), 10),
      library: {
        plan: async (_options, platform) => {
          await new Promise((resolve) => platform.signal.addEventListener("abort", resolve, { once: true }));
          return mixedPlan;
        },
      },
    });
    expect(ran.err).toMatch(/^stopping: finishing what is in flight\nerror: /);
  });

  test("twice ends the process at once", async () => {
    let exits: readonly number[] = [];
    await run("plan -f a", {
      io: (io) => {
        exits = io.exits;
        setTimeout(() => {
          io.stop();
          io.stop();
        }, 10);
      },
      library: {
        plan: async (_options, platform) => {
          await new Promise((resolve) => platform.signal.addEventListener("abort", resolve, { once: true }));
          return mixedPlan;
        },
      },
    });
    expect(exits).toEqual([130]);
  });

  test("makes whatever is thrown after it a cancellation, not a bug", async () => {
    const ran = await run("plan -f a --output json", {
      io: (io) => setTimeout(() => io.stop(), 10),
      library: {
        plan: async (_options, platform) => {
          await new Promise((resolve) => platform.signal.addEventListener("abort", resolve, { once: true }));
          throw new Error("socket closed");
        },
      },
    });
    expect(ran.json()).toMatchObject({
      exit_code: 130,
      success: false,
      diagnostics: [{ code: "cancelled" }],
    });
  });

  test("is no longer listened to after the run", async () => {
    let stop = () => {};
    let exits: readonly number[] = [];
    await run("plan -f a", {
      io: (io) => {
        stop = io.stop;
        exits = io.exits;
      },
    });
    stop();
    stop();
    expect(exits).toEqual([]);
  });
});

describe("a bug", () => {
  const library = {
    plan: async () => {
      throw new TypeError("x is not a function");
    },
  };

  test("is one sentence with how to report it, and no stack", async () => {
    const ran = await run("plan -f a", { library });
    expect(ran.code).toBe(1);
    expect(ran.err).toContain(
      "this is a bug in jp1im, not in what you did: TypeError: x is not a function [internal]",
    );
    expect(ran.err).toContain("→ report it");
    expect(ran.err).not.toContain("    at ");
  });

  test("shows its stack with --debug", async () => {
    const ran = await run("plan -f a --debug", { library });
    expect(ran.err).toMatch(/debug: TypeError: x is not a function\n {4}at /);
  });
});

test.each([
  ["policy-refused", 4],
  ["plan-stale", 5],
  ["state-locked", 6],
  ["manager-denied", 7],
  ["yaml-syntax", 64],
  ["state-corrupted", 1],
] as const)("a thrown %s ends the run with %d, in text and in JSON", async (code, exitCode) => {
  const library = {
    plan: async () => {
      throw failure({ code, summary: "a summary", remedy: "a remedy" });
    },
  };
  const text = await run("plan -f a", { library });
  expect(text).toMatchObject({ code: exitCode, out: "", err: `error: a summary [${code}]\n  → a remedy\n` });
  const json = await run("plan -f a --output json", { library });
  expect(json.json()).toMatchObject({ exit_code: exitCode, success: false, diagnostics: [{ code }] });
  expect(json.code).toBe(exitCode);
});

test("what a command reports as an error on its way makes its success a partial one", async () => {
  const diagnostic = { code: "state-corrupted", severity: "error", summary: "osaka is damaged" } as const;
  const library = {
    listState: async (_options: unknown, platform: { report(event: object): void }) => {
      platform.report({ type: "diagnostic", diagnostic });
      return { location: ".jp1im", lineage: "", serials: {}, records: [] };
    },
  };
  const json = await run("state list --state .jp1im --output json", { library });
  expect(json.json()).toMatchObject({ exit_code: 3, success: false, diagnostics: [diagnostic] });
  expect((await run("state list --state .jp1im", { library })).code).toBe(3);
});

test("every diagnostic of a run is told, not only the first", async () => {
  const diagnostics = [1, 2, 3].map((n) => ({
    code: "wrong-type" as const,
    severity: "error" as const,
    summary: `no ${n}`,
  }));
  const library = {
    plan: async () => {
      throw new DiagnosticError(diagnostics);
    },
  };
  expect((await run("plan -f a", { library })).err).toBe(
    "error: no 1 [wrong-type]\nerror: no 2 [wrong-type]\nerror: no 3 [wrong-type]\n",
  );
});

describe("colour", () => {
  const ESCAPE = "\x1b[";
  const colours = async (options: Parameters<typeof run>[1], line = "plan -f a") =>
    (await run(line, options)).out.includes(ESCAPE);

  test("is there on a terminal only", async () => {
    expect(await colours({ tty: true })).toBe(true);
    expect(await colours({})).toBe(false);
    expect(await colours({ tty: true, env: { TERM: "dumb" } })).toBe(false);
  });

  test("is decided by --color before everything else", async () => {
    expect(await colours({ env: { NO_COLOR: "1", TERM: "dumb" } }, "plan -f a --color always")).toBe(true);
    expect(await colours({ tty: true, env: { FORCE_COLOR: "1" } }, "plan -f a --color never")).toBe(false);
    expect(await colours({ tty: true }, "plan -f a --color auto")).toBe(true);
    expect(await colours({ env: { JP1IM_COLOR: "always" } })).toBe(true);
    expect(await colours({ env: { JP1IM_COLOR: "always" } }, "plan -f a --no-color")).toBe(false);
    expect(await colours({ tty: true, env: { NO_COLOR: "1" } }, "plan -f a --color auto")).toBe(false);
  });

  test("is refused where --color names no time for it", async () => {
    const { code, err } = await run("plan -f a --color sometimes");
    expect(code).toBe(64);
    expect(err).toContain("always, never, auto");
  });

  test("is decided by --no-color, NO_COLOR and FORCE_COLOR before that", async () => {
    expect(await colours({ tty: true, env: { FORCE_COLOR: "1" } }, "plan -f a --no-color")).toBe(false);
    expect(await colours({ tty: true, env: { NO_COLOR: "1" } })).toBe(false);
    expect(await colours({ tty: true, env: { NO_COLOR: "" } })).toBe(true);
    expect(await colours({ env: { FORCE_COLOR: "1" } })).toBe(true);
    expect(await colours({ tty: true, env: { FORCE_COLOR: "0" } })).toBe(false);
    expect(await colours({ tty: true, env: { JP1IM_NO_COLOR: "true" } })).toBe(false);
  });

  test("never gets into JSON", async () => {
    expect(await colours({ env: { FORCE_COLOR: "1" } }, "plan -f a --output json")).toBe(false);
  });
});

describe("progress and logs", () => {
  const library = {
    plan: async (_options: unknown, platform: { report: (event: never) => void }) => {
      const report = platform.report as (event: unknown) => void;
      report({ type: "phase", phase: "observe", total: 30 });
      for (let n = 0; n < 30; n += 1)
        report({ type: "step", phase: "observe", address: `tokyo/agent/m/web${n}\x1b[2J` });
      report({ type: "retry", address: "tokyo", attempt: 2, reason: "503" });
      return planOf();
    },
  };

  test("are plain lines, seldom, where there is no terminal", async () => {
    const ran = await run("plan -f a", { library });
    const lines = ran.err.trimEnd().split("\n");
    expect(lines[0]).toMatch(/^asking managers \d+\/30$/);
    expect(lines.length).toBeLessThan(5);
  });

  test("are one live line on a terminal, gone before the result", async () => {
    const ran = await run("plan -f a --no-color", { library, tty: true });
    expect(ran.err).toContain(
      "\r\x1b[2K[####################] asking managers 30/30  tokyo/agent/m/web29\\x1b[2J",
    );
    expect(ran.err.endsWith("\r\x1b[2K")).toBe(true);
    expect(ran.err).not.toContain("\n");
  });

  test("tell every event with --debug, and the result stays alone on stdout", async () => {
    const ran = await run("plan -f a --debug --output json", { library });
    expect(ran.err).toContain("debug: observe: tokyo/agent/m/web7\\x1b[2J\n");
    expect(ran.err).toContain("debug: retry 2 of tokyo: 503\n");
    expect(ran.json()).toMatchObject({ command: "plan" });
  });
});

test("a reader that has gone ends the output quietly, and an apply goes on to its end", async () => {
  let finished = false;
  const ran = await run("apply -f a --auto-approve", {
    stdoutClosed: true,
    library: {
      apply: async (options) => {
        await options.approve?.(mixedPlan);
        finished = true;
        return undefined;
      },
    },
  });
  expect({ finished, out: ran.out }).toEqual({ finished: true, out: "" });
});

test("the desired state on stdin comes from the injected stream", async () => {
  let text = "";
  await run("plan -f -", {
    stdin: "apiVersion: jp1im/v1",
    library: {
      plan: async (_options, platform) => {
        text = (await platform.stdin()).toString();
        return planOf();
      },
    },
  });
  expect(text).toBe("apiVersion: jp1im/v1");
});

describe("standard output that is lost", () => {
  const lost = { stdoutFault: "ENOSPC" };

  test.each([
    "apply -f a --auto-approve",
    "destroy -f a --auto-approve",
    "apply p.plan",
    "import -f a tokyo/client/a",
    "enroll --url http://m --client-id a --initial-secret env:I --deliver-to file:o",
    "initial-secret issue -f a --manager tokyo --auto-approve",
    "state rm -f a tokyo/client/a",
    "state mv -f a tokyo osaka",
    "state unlock -f a 3f9c",
    "state rekey -f a",
    "rebuild -f a --manager tokyo --replaces old --auto-approve",
  ])("after something was changed, the run ends with 3: %s", async (line) => {
    const folder = mkdtempSync(join(tmpdir(), "jp1im-lost-"));
    try {
      writeFileSync(join(folder, "p.plan"), JSON.stringify(mixedPlan));
      const ran = await run(line, { ...lost, cwd: folder });
      expect([ran.code, ran.err]).toEqual([3, expect.stringContaining("[output-unwritable]")]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test.each([
    "plan -f a",
    "drift -f a",
    "validate -f a",
    "state list -f a",
    "import -f a --dry-run tokyo/client/a",
  ])("where nothing was changed, it ends with 1 and says so: %s", async (line) => {
    const ran = await run(line, { ...lost, library: { plan: async () => planOf({}) } });
    expect([ran.code, ran.err]).toEqual([
      1,
      expect.stringContaining("no manager, sink or state was changed"),
    ]);
  });

  test.each(["plan -f a --detailed-exitcode", "drift -f a"])(
    "changes that nobody could read end with 1, and not with 2: %s",
    async (line) => {
      const library = { plan: async () => planOf({ changes: mixedPlan.changes }) };
      expect((await run(line, { library })).code).toBe(2);
      expect((await run(line, { ...lost, library })).code).toBe(1);
    },
  );

  test("an apply that had nothing to do ends with 1", async () => {
    const library = { apply: async () => outcomeOf(planOf({})) };
    expect((await run("apply -f a --auto-approve", { ...lost, library })).code).toBe(1);
  });
});
