import { coloured } from "../../src/report/paint";
import { planText } from "../../src/report/plan-text";
import { agentOperation, deferredChange, mixedPlan, planOf, secretChange } from "./plans";

test("a plan reads like a review: changes by manager and kind, what stays, what is open, requests, one summary", () => {
  expect(
    planText(mixedPlan, { wording: "plan" }),
  ).toBe(`To reach the desired state:  + create  ~ update  -/+ replace  - delete  . forget  = adopt

tokyo
  initial secret
      + initial-secret  declared, and not in the state; one that the manager has already stops working (generation 1)
  lower managers
      = immhost-osaka  there as declared; ours from now on, nothing is sent
  secrets of agents
    immhost01/web01
        - old.token      ours, and no longer declared
        ~ smtp.password  the value differs from the one last written
    immhost01/web02
        + smtp.password  declared, and not there
  clients
    -/+ fluentd-web  the declared generation differs from the issued one; the old secret stops working (generation 1 → 2)
      . gone-one     no longer declared, and no longer on the manager either

Unknown, and so left alone:
  ? tokyo/agent/immhost-osaka/db01
    KAJY68204-W: immhost-osaka cannot be reached
    → bring the lower manager or agent named above back, then run again

Blocked until someone decides:
  ? tokyo/client/legacy
    it is there, and was not issued by jp1im
    → take it over with jp1im import, or declare another ID

Requests, in this order:
  tokyo  1 × POST secret/generateInfo         initial secret issued and delivered
  tokyo  2 × POST agents/secrets/change       2 secrets written, 1 deleted
  tokyo  1 × POST secret/client/deleteInfo    1 client deleted
  tokyo  1 × POST secret/client/generateInfo  1 client issued

Not managed, and left alone: 5 not ours, 1 of the managers and agents themselves (--show-unmanaged lists them)
Plan: 2 to create, 1 to update, 1 to replace, 1 to delete, 1 to forget; 1 unknown, 1 blocked, 310 unchanged, 1 to adopt, 6 left alone. 5 requests.
`);
});

test("a manager whose part of the state is damaged has the code of that", () => {
  const detail = "managers/osaka/state.log:1 is damaged";
  const unknown = [{ address: "osaka", code: "state-corrupted", detail, remedy: "restore it" }] as const;
  expect(planText(planOf({ unknown }), { wording: "plan" })).toContain(`Unknown, and so left alone:
  ? osaka
    ${detail} [state-corrupted]
    → restore it
`);
});

test("a delivered secret that is no longer in its file is drift, with its rotation as the way out", () => {
  const due = [
    { address: "tokyo/client/web", by: "rotate", vanished: ["file out/web"] },
    { address: "tokyo/client/app-1", by: "generation", vanished: ["file out/a", "file out/b"] },
  ] as const;
  expect(planText(planOf({ due, summary: { unchanged: 5 } }), { wording: "drift" })).toBe(`Due for rotation:
  tokyo/client/web  the delivered secret is no longer at file out/web; apply --rotate ADDRESS, or policy.rotateDue: true
  tokyo/client/app-1  the delivered secret is no longer at file out/a and file out/b; raise its generation

Drift: 2 delivered secrets no longer in place; 5 unchanged, 2 due for rotation. 0 requests.
`);
});

test("the agents that each selector matches are counted, those that lost some first", () => {
  const selectors = [
    { address: "tokyo/agent", match: "*", agents: 1200 },
    {
      address: "tokyo/agent/osaka",
      match: "web*",
      manager_host: "osaka",
      os: "linux",
      agents: 1,
      at_least: true,
    },
    { address: "tokyo/agent", match: "db*", addons: ["a", "b"], agents: 0, lost: 2 },
  ] as const;
  expect(planText(planOf({ selectors }), { wording: "plan" })).toBe(`Agents that selectors match:
  tokyo/agent  match "db*", addons a, b: 0 agents, and 2 agents that it matched before are gone
  tokyo/agent  match "*": 1,200 agents
  tokyo/agent/osaka  match "web*", managerHost "osaka", os linux: at least 1 agent

In sync: 0 resources are as declared, nothing to do.
`);
  const many = Array.from({ length: 12 }, (_, n) => ({ address: "t/agent", match: `${n}`, agents: n }));
  expect(planText(planOf({ selectors: many }), { wording: "plan" })).toContain(
    "  … and 2 more selectors like these (all with --output json)\n",
  );
});

describe("a plan without changes", () => {
  const summaryOf = (
    ...[parts, wording = "plan"]: [Parameters<typeof planOf>[0], ("plan" | "drift" | "destroy")?]
  ) => planText(planOf(parts), { wording }).trimEnd().split("\n").at(-1);

  test("says plainly that all is in sync", () => {
    expect(planText(planOf({ summary: { unchanged: 312 } }), { wording: "plan" })).toBe(
      "In sync: 312 resources are as declared, nothing to do.\n",
    );
    expect(summaryOf({ summary: { unchanged: 1, kept: 4 } })).toBe(
      "In sync: 1 resource is as declared, nothing to do; 4 left alone.",
    );
  });

  test("says so in the words of drift and destroy", () => {
    expect(summaryOf({ summary: { unchanged: 3 } }, "drift")).toBe(
      "No drift: 3 resources are as declared, nothing to do.",
    );
    expect(summaryOf({}, "destroy")).toBe("Nothing to destroy: the state owns nothing here.");
  });

  test("does not claim to be in sync where values were not compared", () => {
    const options = { managers: [], targets: [], refresh: true, secrets: false };
    expect(
      planText(planOf({ options, summary: { unchanged: 2, not_compared: 300 } }), { wording: "plan" }),
    ).toBe(
      "Note: no secret was read: of values only the versions of their sources are compared (--no-secrets)\n\nNothing is missing: 302 resources there; 300 not compared.\n",
    );
  });

  test("does not claim to be in sync where a selector was not compared", () => {
    const open_selectors = [{ address: "tokyo/agent", match: "*", reason: "not-listed" as const }];
    expect(summaryOf({ open_selectors, summary: { unchanged: 2 } })).toBe(
      "Nothing is missing: 2 resources there; 1 selector not compared.",
    );
  });

  test("says that it is by the state alone where no manager was asked, or not every one", () => {
    const summary = { unchanged: 2, not_compared: 29 };
    const options = { managers: [], targets: [], refresh: true, secrets: false };
    const notAsked = planOf({ options, not_asked: ["osaka", "tokyo"], summary });
    expect(planText(notAsked, { wording: "plan" })).toContain(
      "Note: from the state alone: osaka, tokyo were not asked (see the warnings)\n",
    );
    expect(summaryOf({ options, not_asked: ["osaka", "tokyo"], summary })).toBe(
      "Nothing is missing by the state alone of 2 managers: 31 resources known; 29 not compared.",
    );
    expect(summaryOf({ options: { ...options, refresh: false }, summary })).toBe(
      "Nothing is missing by the state alone: 31 resources known; 29 not compared.",
    );
    const valued = { ...options, refresh: false, secrets: true };
    expect(summaryOf({ options: valued, summary: { unchanged: 2 } })).toBe(
      "In sync by the state alone: 2 resources are as declared, nothing to do.",
    );
  });

  test("does not claim to be in sync where something is unknown or blocked", () => {
    const unknown = [
      { address: "osaka", code: "manager-unreachable" as const, detail: "connection refused" },
    ];
    expect(summaryOf({ unknown, summary: { unchanged: 5 } })).toBe(
      "Plan: nothing to change in what is known; 1 unknown, 5 unchanged. 0 requests.",
    );
    expect(summaryOf({ blocked: unknown }, "drift")).toBe(
      "Drift: nothing to change in what is known; 1 blocked. 0 requests.",
    );
  });

  test("names what it will adopt", () => {
    const changes = [{ ...secretChange("web01", "a", "no-op", "adopted") }];
    expect(summaryOf({ changes, summary: { unchanged: 9 } })).toBe(
      "In sync: 9 resources are as declared, nothing to do; 1 to adopt.",
    );
  });
});

test("requests say what they carry, whichever part of it there is", () => {
  const put = (host: string, registered: boolean) =>
    ({ id: host, stage: 2, manager: "tokyo", type: "put-lower-manager", host, registered }) as const;
  const operations = [
    { id: "i", stage: 1, manager: "osaka", type: "issue-initial-secret", deliver: false } as const,
    put("a", false),
    put("b", false),
    put("c", true),
    agentOperation("web01", [], ["x"]),
    { id: "d", stage: 6, manager: "tokyo", type: "delete-lower-managers", hosts: ["x", "y"] } as const,
  ];
  const text = planText(
    planOf({ operations, changes: [secretChange("web01", "x", "delete", "undeclared")] }),
    {
      wording: "plan",
    },
  );
  expect(text).toContain(`Requests, in this order:
  osaka  1 × POST secret/generateInfo         initial secret issued for a lower manager
  tokyo  3 × POST subManagers/createInfo      2 lower managers added, 1 updated
  tokyo  1 × POST agents/secrets/change       1 secret deleted
  tokyo  1 × POST subManagers/deleteInfo      2 lower managers deleted
`);
});

test("a plan of a part says what it was limited to", () => {
  const options = { managers: ["tokyo"], targets: ["tokyo/client"], refresh: false, secrets: true };
  const text = planText(planOf({ options }), { wording: "plan" });
  expect(text).toContain("Note: only the manager tokyo\n");
  expect(text).toContain("Note: only the targets tokyo/client\n");
  expect(text).toContain("Note: from the state alone: no manager was asked (--refresh=false)\n");
});

describe("many changes", () => {
  const hosts = Array.from({ length: 10_000 }, (_, index) => `web${String(index).padStart(5, "0")}`);

  test("of agents with the same changes stand under one heading", () => {
    const changes = hosts.flatMap((host) => [
      secretChange(host, "app.key", "update", "changed"),
      secretChange(host, "smtp", "create", "missing"),
    ]);
    const operations = hosts.map((host) => agentOperation(host, ["app.key", "smtp"]));
    const text = planText(planOf({ changes, operations }), { wording: "plan" });
    expect(text).toContain(
      "    immhost01/web00000, immhost01/web00001, immhost01/web00002, immhost01/web00003 and 9,996 more agents\n",
    );
    expect(text.match(/app\.key/g)).toHaveLength(1);
    expect(text).toContain("10,000 × POST agents/secrets/change       20,000 secrets written\n");
    expect(text.split("\n").length).toBeLessThan(20);
  });

  test("of agents that all differ are cut after fifty agents, and none is lost from the count", () => {
    const changes = hosts
      .slice(0, 100)
      .flatMap((host, index) =>
        Array.from({ length: index + 1 }, (_, key) =>
          secretChange(host, `k${String(key).padStart(3, "0")}`, "create", "missing"),
        ),
      );
    const text = planText(planOf({ changes }), { wording: "plan" });
    expect(text).toContain("    … and 50 more agents like these (all with --output json)\n");
  });

  test("of one agent are folded by action and reason", () => {
    const changes = [
      secretChange("web01", "aaa", "delete", "undeclared"),
      ...Array.from({ length: 990 }, (_, index) => secretChange("web01", `k${index}`, "create", "missing")),
    ];
    const text = planText(planOf({ changes }), { wording: "plan" });
    expect(text).toContain("- aaa");
    expect(text).toContain("        + … and 970 more like these (all with --output json)\n");
  });

  test("that stay or are unknown are folded by reason", () => {
    const kept = hosts.map((host) => ({
      address: `tokyo/agent/immhost01/${host}`,
      reason: "not-ours" as const,
      count: 2,
      names: ["x", host],
    }));
    const unknown = hosts.map((host) => ({
      address: `tokyo/agent/immhost01/${host}`,
      code: "agent-unknown" as const,
      detail: `no such agent as ${host}`,
    }));
    const text = planText(planOf({ kept, unknown }), { wording: "plan", showUnmanaged: true });
    expect(text).toContain("    … and 9,990 more places like these (all with --output json): 19,980 names\n");
    expect(text).toContain("  ? … and 9,990 more like these (all with --output json)\n");
    expect(text.match(/→ check the agent's host/g)).toHaveLength(10);
  });

  test("that stay or are unknown for one cause stand under one heading", () => {
    const kept = hosts.map((host) => ({
      address: `tokyo/agent/immhost01/${host}`,
      reason: "not-ours" as const,
      count: 1,
      names: ["local.token"],
    }));
    const unknown = hosts.map((host) => ({
      address: `tokyo/agent/immhost01/${host}`,
      code: "manager-denied" as const,
      detail: "refused",
      remedy: "fix auth",
    }));
    const text = planText(planOf({ kept, unknown }), { wording: "plan", showUnmanaged: true });
    expect(text).toContain("    tokyo/agent/immhost01/web00000 and 9,999 more  local.token\n");
    expect(text).toContain(
      "  ? tokyo/agent/immhost01/web00000 and 9,999 more\n    refused\n    → fix auth\n",
    );
  });
});

test("what is not managed is listed on request, and then not counted in a line of its own", () => {
  const text = planText(mixedPlan, { wording: "plan", showUnmanaged: true });
  expect(text).toContain(`Not pruned:
  not ours: not in the state (policy.prune: all would delete them)
    tokyo/client  backup, grafana, … and 3 more
  they belong to the manager or to the agent itself, and are never pruned: tokyo/agent/immhost01/web01 1

`);
  expect(text).not.toContain("--show-unmanaged");
});

test.each(["overlap", "protected", "prune-none", "unverified-keep", "not-supplied"] as const)(
  "what is kept as %s is listed in any case: it is managed, or was",
  (reason) => {
    const kept = [{ address: "tokyo/client", reason, count: 1, names: ["app"] }];
    const text = planText(planOf({ kept }), { wording: "plan" });
    expect(text).toContain("Not pruned:\n");
    expect(text).toContain("tokyo/client  app");
    expect(text).not.toContain("--show-unmanaged");
  },
);

test("a name from outside can neither move the cursor nor hide what stands before it", () => {
  const changes = [secretChange("web\x1b[2J01", "key\r\x9b1A\u202edrowssap", "create", "missing")];
  const kept = [
    { address: "tokyo/client", reason: "not-ours" as const, count: 1, names: ["a\nPlan: in sync"] },
  ];
  const text = planText(planOf({ changes, kept }), { wording: "plan", showUnmanaged: true });
  expect(text).toContain("immhost01/web\\x1b[2J01");
  expect(text).toContain("key\\x0d\\x9b1A\\u{202e}drowssap");
  expect(text).toContain("tokyo/client  a\\x0aPlan: in sync\n");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not be there
  expect(text).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/);
});

test("colour is added by the paint alone: without its escapes the text is the plain one", () => {
  const text = planText(mixedPlan, { wording: "plan", paint: coloured });
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the colours
  expect(text).toMatch(/\x1b\[32m/);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the colours
  expect(text.replace(/\x1b\[\d+m/g, "")).toBe(planText(mixedPlan, { wording: "plan" }));
});

test("an address of a plan that somebody edited is still shown", () => {
  const changes = [
    {
      address: "no-address/x",
      kind: "client" as const,
      action: "delete" as const,
      reason: "foreign" as const,
    },
  ];
  expect(planText(planOf({ changes }), { wording: "plan" })).toContain("  - no-address/x");
});

test("deferred deletions say whether they wait for their lower manager, or for what may replace them there", () => {
  const written = deferredChange("db01", "new");
  const deleted = { ...deferredChange("db02", "old"), action: "delete", reason: "undeclared" } as const;
  const moved = { ...deleted, address: secretChange("web01", "moved", "delete", "undeclared").address };
  const text = planText(planOf({ deferred: [written, deleted, moved] }), { wording: "plan" });
  expect(text).toMatch(/written, unless[^\n]*\n[^\n]*db01/);
  expect(text).toMatch(/deleted: ours[^\n]*\n[^\n]*db02/);
  expect(text).toMatch(/deleted once what may replace it there is written\n[^\n]*web01/);
});

test("the changes of one agent stand together, wherever a plan that somebody edited has them", () => {
  const [one, two, three] = ["a", "b", "c"].map((key) => secretChange("web01", key, "create", "missing"));
  if (!one || !two || !three) throw new Error("no change");
  const changes = [one, secretChange("web02", "x", "delete", "undeclared"), two, three];
  const text = planText(planOf({ changes }), { wording: "plan" });
  for (const key of ["a", "b", "c"]) expect(text).toMatch(new RegExp(`^ +\\+ ${key}\\b`, "m"));
  expect(text.match(/immhost01\/web01/g)).toHaveLength(1);
});
