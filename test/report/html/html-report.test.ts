import { createHash } from "node:crypto";
import fc from "fast-check";
import { clientAddress, lowerManagerAddress, secretAddress } from "../../../src/model/address";
import type { Change } from "../../../src/model/change";
import { MOST_WITHOUT_SCRIPT } from "../../../src/report/html/changes-part";
import { everything, filterRows, searchable } from "../../../src/report/html/client/filter";
import { htmlReport } from "../../../src/report/html/html-report";
import { html, trusted } from "../../../src/report/html/markup";
import { packRows, rowSigns, unpackRows } from "../../../src/report/html/page-data";
import { reportRows } from "../../../src/report/html/rows";
import { outputDocument } from "../../../src/report/output-document";
import { actionStyles } from "../../../src/report/reasons";
import { deferredChange, fleetPlan, mixedPlan, outcomeOf, planOf, secretChange } from "../plans";
import { agentGroup, managerOf } from "../topologies";
import { htmlFaults } from "./html-check";
import { facts, pagesWith, standIns } from "./pages";

const pageOf = pagesWith(standIns);

const dataIn = (page: string) =>
  unpackRows(JSON.parse(/<script type="application\/json" id="data">(.*)<\/script>/.exec(page)?.[1] ?? ""));

describe("a page", () => {
  test("begins with what an approval is about", () => {
    const page = pageOf({ plan: mixedPlan }, { exitCode: 3 });
    expect(htmlFaults(page)).toEqual([]);
    for (const [label, value] of [
      ["Command", "jp1im plan"],
      ["Exit code", "3 (partly applied, or partly unknown)"],
      ["Plan digest", facts.digest],
      ["Planned at", "2026-01-02T03:04:05Z"],
      ["By", "op@build-7"],
      ["Desired state", `/site/jp1im.yaml (sha256:${"0".repeat(64)})`],
      ["Version", "jp1im 0.1.0"],
    ]) {
      expect(page).toContain(`<dt>${label}</dt><dd>${value}</dd>`);
    }
    expect(page).toContain("<h1>Plan: 2 to create, 1 to update, 1 to replace");
    expect(page).not.toContain("Ended at");
  });

  test("allows its own style and script by their hashes, and nothing else", () => {
    const page = pageOf({ plan: mixedPlan });
    const [, policy = ""] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page) ?? [];
    const hash = (text: string) => `&#39;sha256-${createHash("sha256").update(text).digest("base64")}&#39;`;
    expect(policy.split("; ")).toEqual([
      "default-src &#39;none&#39;",
      `script-src ${hash(/<script>(.*)<\/script>/s.exec(page)?.[1] ?? "")}`,
      `style-src ${hash(/<style>(.*)<\/style>/s.exec(page)?.[1] ?? "")}`,
      "base-uri &#39;none&#39;",
      "form-action &#39;none&#39;",
      "require-trusted-types-for &#39;script&#39;",
      "trusted-types &#39;none&#39;",
    ]);
    expect(page).not.toMatch(/\s(on\w+|style|src)=/);
    expect(page.match(/\shref="[^"]*"/g)).toEqual([' href="#changes"']);
  });

  test("of the same document and facts has the same bytes", () => {
    expect(pageOf({ plan: mixedPlan })).toBe(pageOf({ plan: structuredClone(mixedPlan) }));
  });

  test("without script has the summary, the drawing, and every change with its details", () => {
    const page = pageOf({ plan: mixedPlan });
    expect(page.match(/<li>/g)).toHaveLength(10); // nine changes, and the template of a row
    expect(page).toContain('<bdi class="address">tokyo/agent/immhost01/web01/secret/smtp.password</bdi>');
    expect(page).toContain("the value differs from the one last written");
    expect(page).toContain("<dt>Key</dt><dd>smtp.password</dd>");
    expect(page).toContain('<div id="controls" class="controls" role="search" aria-label="Changes" hidden>');
    expect(page).toMatch(/<svg class="box manager same"[^>]*>.*?tokyo/);
    expect(page).toMatch(/<svg class="box lower-manager create"[^>]*>.*?immhost-nagoya/);
  });

  test("without script shows the first changes of many, and says so; the data has all of them", () => {
    const page = pageOf({ plan: fleetPlan(1_000) });
    expect(page.match(/<li>/g)).toHaveLength(MOST_WITHOUT_SCRIPT + 1);
    expect(page).toContain("The first 500 of 2,000 changes; with script, all of them.");
    expect(dataIn(page)).toHaveLength(2_000);
  });

  test("of a fleet stays within a few megabytes", () => {
    expect(pageOf({ plan: fleetPlan(10_000) }).length).toBeLessThan(6_000_000);
  });

  test("of a run that ended before there was a plan says how it ended", () => {
    const error = { code: "usage", severity: "error", summary: "unknown option '<b>'" } as const;
    const page = htmlReport(outputDocument("plan", 64, {}, [error]), standIns);
    expect(htmlFaults(page)).toEqual([]);
    expect(page).toContain("<h1>jp1im plan: wrong usage, or invalid input</h1>");
    expect(page).toContain("unknown option &#39;&#60;b&#62;&#39;");
    expect(page).not.toContain('id="controls"');
  });

  test("of a plan in sync has no list of changes, and no controls for one", () => {
    const page = pageOf({ plan: planOf({ summary: { unchanged: 3 } }) });
    expect(htmlFaults(page)).toEqual([]);
    expect(page).toContain("<h1>In sync: 3 resources are as declared");
    expect(page).not.toMatch(/id="(changes|controls)"|href=/);
  });

  test("never holds a fingerprint", () => {
    const fingerprint = "f".repeat(64);
    const changes = mixedPlan.changes.map((change) => ({
      ...change,
      fingerprint,
      source_version: fingerprint,
    }));
    const deferred = [{ ...deferredChange("db01", "key"), fingerprint }];
    expect(pageOf({ plan: planOf({ changes, deferred }) })).not.toContain(fingerprint);
  });
});

describe("the rows of a page", () => {
  const rowsOf = (content: Parameters<typeof outputDocument>[2]) =>
    reportRows(outputDocument("apply", 3, content, []));

  test("are the changes, what is deferred, and what is left open", () => {
    const plan = { ...mixedPlan, deferred: [deferredChange("app01", "smtp.password")] };
    expect(rowsOf({ plan }).map(({ action, kind }) => [action, kind])).toEqual([
      ["delete", "agent secret"],
      ["update", "agent secret"],
      ["create", "agent secret"],
      ["replace", "client"],
      ["forget", "client"],
      ["create", "initial secret"],
      ["adopt", "lower manager"],
      ["deferred", "agent secret"],
      ["unknown", "agent"],
      ["blocked", "client"],
    ]);
  });

  test("say what became of each, and of a failed one why", () => {
    const [first] = mixedPlan.changes;
    const outcome = outcomeOf(mixedPlan, {
      changes: mixedPlan.changes.map(({ address, action }) =>
        address === first?.address
          ? { address, action, status: "failed", effects: [{ effect: "unknown" }] }
          : { address, action, status: "applied", delivered_to: "file out/a" },
      ),
      diagnostics: [
        {
          ...{ code: "manager-failed", severity: "error", summary: "it answered 500", remedy: "try again" },
          address: "tokyo/agent/immhost01/web01",
        } as const,
      ],
    });
    const [failed, applied] = rowsOf({ outcome });
    expect(failed).toMatchObject({
      result: "failed",
      details: expect.arrayContaining([
        ["Effect", "a request was sent, and it is unknown whether it was carried out"],
        ["Error", "it answered 500 [manager-failed]"],
        ["What to do", "try again"],
      ]),
    });
    expect(applied).toMatchObject({
      result: "applied",
      details: expect.arrayContaining([["Delivered to", "file out/a"]]),
    });
  });

  test("have the signs of a plan's text", () => {
    const { "no-op": adopt, ...others } = actionStyles;
    for (const [action, { sign }] of Object.entries({ ...others, adopt })) {
      expect(rowSigns).toHaveProperty(action, sign);
    }
  });

  test("come out of their packing as they went in", () => {
    const rows = rowsOf({ plan: { ...mixedPlan, deferred: [deferredChange("app01", "a")] } });
    expect(unpackRows(packRows(rows))).toEqual(rows);
  });

  test("are found by every word of a search, and by manager, kind and action", () => {
    const rows = rowsOf({ plan: mixedPlan });
    const found = (wanted: Partial<typeof everything>) =>
      filterRows(rows.map(searchable), { ...everything, ...wanted }).map(({ address }) => address);
    expect(found({})).toHaveLength(rows.length);
    expect(found({ search: " WEB01  smtp " })).toEqual(["tokyo/agent/immhost01/web01/secret/smtp.password"]);
    expect(found({ search: "cannot be reached" })).toEqual(["tokyo/agent/immhost-osaka/db01"]);
    expect(found({ kind: "client", action: "forget" })).toEqual(["tokyo/client/gone-one"]);
    expect(found({ manager: "toky" })).toEqual([]);
    expect(found({ result: "applied" })).toEqual([]);
  });
});

describe("markup", () => {
  test("escapes every text that is put into it, and nothing twice", () => {
    const inner = html`<b title="${`"'<&>`}">${1}</b>`;
    expect(html`<p>${inner}${[inner]}</p>`.text).toBe(
      `<p>${`<b title="&#34;&#39;&#60;&#38;&#62;">1</b>`.repeat(2)}</p>`,
    );
  });

  test("takes no style or script that would end its own element", () => {
    expect(() => trusted("a</script>b")).toThrow("would end its own element");
    expect(() => trusted("<!-- <script>")).toThrow("would end its own element");
    expect(trusted("a < b").text).toBe("a < b");
  });
});

const hostile = fc.oneof(
  fc.constantFrom(
    "</script><img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "<!--<script>",
    "]]></style><script>alert(1)</script>",
    "&lt;b&gt;",
    "javascript:alert(1)",
    "' onmouseover='alert(1)",
    "</title><meta http-equiv=refresh content=0>",
    "\u2028\u2029\u202e\u0000\ufeff",
    "$(alert(1))",
  ),
  fc.string({ unit: "binary", minLength: 1, maxLength: 40 }),
);

test("whatever things are called, no name becomes markup", () => {
  fc.assert(
    fc.property(hostile, hostile, fc.boolean(), (name, text, isApplied) => {
      const changes: Change[] = [
        secretChange(name, text, "create", "missing"),
        { address: clientAddress(name, text), kind: "client", action: "delete", reason: "undeclared" },
        {
          address: lowerManagerAddress(text, name),
          kind: "lower-manager",
          action: "update",
          reason: "changed",
        },
      ];
      const plan = planOf({
        changes,
        mode: "apply",
        blocked: [{ address: clientAddress(text, name), code: "not-ours", detail: text, remedy: name }],
        kept: [{ address: `${name}/client`, reason: "not-ours", count: 2, names: [text, name] }],
        selectors: [{ address: "tokyo/agent", match: text, agents: 3 }],
        inputs: [{ path: text, sha256: name }],
        options: { managers: [name], targets: [text], refresh: true, secrets: true },
        diagnostics: [
          {
            ...{
              code: "not-ours",
              severity: "error",
              summary: `${text}\n${name}`,
              remedy: text,
              excerpt: name,
            },
            address: secretAddress(name, { host: text, managerHost: name }, text),
          },
        ],
      });
      const topology = {
        managers: [managerOf({ name, host: text, groups: [agentGroup(text, { create: 1 }, "match")] })],
      };
      const own = { by: text, digest: name, endedAt: text, topology };
      const page = pageOf(isApplied ? { outcome: outcomeOf(plan) } : { plan }, { own });
      expect(htmlFaults(page)).toEqual([]);
    }),
    { numRuns: 80 },
  );
});
