import { lossText } from "../../src/report/loss-text";
import { outcomeText } from "../../src/report/outcome-text";
import { simulatorText } from "../../src/report/simulator-text";
import {
  compactedText,
  putText,
  removedText,
  stateListText,
  stateShowText,
  unlockedText,
} from "../../src/report/state-text";
import { validationText } from "../../src/report/validation-text";
import { mixedPlan, outcomeOf, planOf, secretChange } from "./plans";

describe("an outcome", () => {
  test("that is complete is one line, after the deliveries", () => {
    const plan = planOf({
      changes: [{ address: "tokyo/client/a", kind: "client", action: "create", reason: "missing" }],
      operations: [
        { id: "a", stage: 5, manager: "tokyo", type: "issue-client", client_id: "a", registered: false },
      ],
    });
    const changes = [
      {
        address: "tokyo/client/a",
        action: "create" as const,
        status: "applied" as const,
        delivered_to: "file out/a",
      },
    ];
    expect(outcomeText(outcomeOf(plan, { changes }))).toBe(
      "Delivered:\n    + tokyo/client/a  → file out/a\n\nApplied: 1 created. 1 request sent.\n",
    );
  });

  test("that is partial lists what failed and what was not tried", () => {
    const changes = mixedPlan.changes.map(({ address, action }, index) => ({
      address,
      action,
      status: (["failed", "skipped"] as const)[index] ?? ("applied" as const),
    }));
    expect(outcomeText(outcomeOf(mixedPlan, { changes }))).toBe(`Failed:
    - tokyo/agent/immhost01/web01/secret/old.token

Not tried:
    ~ tokyo/agent/immhost01/web01/secret/smtp.password

Partly applied: 2 created, 1 replaced, 1 forgotten, 1 adopted; 1 failed, 1 not tried, 1 unknown, 1 blocked. 5 requests sent.
`);
  });

  test("of which nothing was changed is called not applied", () => {
    const plan = planOf({ changes: [secretChange("web01", "k", "create", "missing")] });
    const changes = plan.changes.map(({ address, action }) => ({
      ...{ address, action },
      status: "failed" as const,
    }));
    const outcome = outcomeOf(plan, { changes });
    const summarised = (carried_out: number) =>
      outcomeText({ ...outcome, summary: { ...outcome.summary, carried_out } });
    expect(summarised(0)).toContain("Not applied: nothing was changed; 1 failed");
    // Its answer was lost: it may have been carried out.
    expect(summarised(1)).toContain("Partly applied: no change was completed; 1 failed");
  });

  test("that was cancelled says so, and folds a long list", () => {
    const plan = planOf({
      changes: Array.from({ length: 25 }, (_, i) => secretChange("web01", `k${i}`, "create", "missing")),
    });
    const changes = plan.changes.map(({ address, action }) => ({
      address,
      action,
      status: "skipped" as const,
    }));
    const text = outcomeText(outcomeOf(plan, { changes, cancelled: true }));
    expect(text).toContain("      … and 5 more like these (all with --output json)\n");
    expect(text).toContain("\nCancelled: nothing was changed; 25 not tried. 0 requests sent.\n");
  });
});

test("before destroying, what is lost is named by kind; nothing where nothing is deleted", () => {
  const changes = mixedPlan.changes.map((change) => ({ ...change, action: "delete" as const }));
  expect(lossText(planOf({ mode: "destroy", changes }))).toBe(`This is lost, and cannot be undone:
  2 IM clients: programs that use their secrets are refused from then on
  1 lower manager: cut off from the integrated manager, agents included
  3 secrets of 2 agents: no manager can read their values back
`);
  expect(lossText(planOf())).toBe("");
});

test("a validation is one line", () => {
  const resources = { "initial-secret": 0, client: 2, "lower-manager": 1, secret: 1200, selector: 0 };
  expect(validationText({ managers: 1, resources, diagnostics: [] })).toBe(
    "Valid: 1 manager, 1 lower manager, 1,200 agent secrets, 2 clients.\n",
  );
  const error = { code: "yaml-syntax", severity: "error", summary: "x" } as const;
  const warning = { ...error, severity: "warning" } as const;
  expect(validationText({ managers: 1, resources, diagnostics: [error, error, warning] })).toBe(
    "Invalid: 2 errors and 1 warning.\n",
  );
  expect(validationText({ managers: 1, resources, diagnostics: [warning] })).toMatch(
    /^Valid \(1 warning\): /,
  );
});

describe("the state", () => {
  const lock = {
    id: "3f9c",
    who: "op@build-7",
    host: "build-7",
    pid: 42,
    command: "apply",
    since: "2026-01-02T03:04:05Z",
    heartbeat: "2026-01-02T03:05:05Z",
  };

  test("a listing of a state that is not there yet says so", () => {
    const listing = { location: "/site/stat", lineage: "", serials: {}, records: [] };
    expect(stateListText(listing)).toBe("There is no state in /site/stat yet.\n");
  });

  test("is listed one record a line, with its lock and how to break it", () => {
    const locks = [{ manager: "tokyo", ...lock }];
    const serials = { tokyo: 1234 };
    const records = [
      { address: "tokyo/agent/immhost01/web01", kind: "agent", detail: { keys: 3 } },
      { address: "tokyo/client/a", kind: "client", detail: { generation: 2, status: "delivered" } },
    ];
    expect(stateListText({ location: "/site/.jp1im", lineage: "l1", serials, records, locks })).toBe(
      `tokyo/agent/immhost01/web01  3 keys
tokyo/client/a               generation 2, delivered
2 records in /site/.jp1im, serial 1,234.
tokyo is locked by op@build-7 (pid 42, apply) since 2026-01-02T03:04:05Z, last sign of life 2026-01-02T03:05:05Z
  → jp1im state unlock 3f9c   only when that run is gone
`,
    );
  });

  test("shows an agent with its keys, and never a value", () => {
    const record = { address: "tokyo/agent/immhost01/web01", kind: "agent", detail: { keys: 2 } };
    const keys = [
      { key: "a", known: true },
      { key: "b", known: false },
    ];
    expect(stateShowText({ ...record, keys })).toBe(`tokyo/agent/immhost01/web01
  kind        agent
  keys        2
    a
    b  (last written value not known)
`);
  });

  test("shows where an issued secret is", () => {
    const detail = { generation: 2, status: "delivered", issuedAt: "2026-01-02T03:04:05Z" };
    const deliveredTo = ["file out/web", "vault secret/web"];
    expect(
      stateShowText({ address: "tokyo/client/web", kind: "client", detail: { ...detail, deliveredTo } }),
    ).toBe(`tokyo/client/web
  kind        client
  generation  2
  status      delivered
  issued at   2026-01-02T03:04:05Z
  is in       file out/web and vault secret/web
`);
  });

  test("tells what was forgotten and unlocked", () => {
    expect(removedText(["tokyo/client/a"])).toBe(
      "  tokyo/client/a\n1 address forgotten; the managers were not touched.\n",
    );
    expect(unlockedText({ ...lock, manager: "tokyo" })).toContain(
      "Unlocked: tokyo was locked by op@build-7 (pid 42, apply)",
    );
    expect(unlockedText({ ...lock, manager: "tokyo" })).toContain(", with the ID 3f9c.\n");
    const copy = unlockedText({ ...lock, manager: "osaka, tokyo", keptAsIs: true });
    expect(copy).toMatch(
      /^Kept as it is: the state of osaka, tokyo\. The copy, begun by .*, is not put any further/,
    );
  });

  test("shows in columns what was put in a place, and what became smaller", () => {
    const managers = [
      { manager: "tokyo", serial: 9, written: true },
      { manager: "sapporo", serial: 1_200, written: false },
    ];
    expect(putText({ location: "st", managers })).toBe(
      `  tokyo    serial 9
  sapporo  serial 1,200  (was there already)
1 manager written to st, 1 unchanged.
`,
    );
    const sizes = [
      { manager: "tokyo", before: 1_000_000, after: 10 },
      { manager: "sapporo", before: 20, after: 20 },
    ];
    expect(compactedText({ location: "st", managers: sizes })).toBe(
      `  tokyo    1,000,000 → 10 bytes
  sapporo         20 → 20 bytes
The state in st is compacted.
`,
    );
  });
});

test("a running simulator tells its URLs", () => {
  expect(
    simulatorText({ managers: { tokyo: "http://127.0.0.1:20703" }, control: "http://127.0.0.1:9" }),
  ).toBe("Simulating, until Ctrl-C:\n  tokyo    http://127.0.0.1:20703\n  control  http://127.0.0.1:9\n");
});
