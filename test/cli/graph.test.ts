import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mixedPlan } from "../report/plans";
import { smallTopology } from "../report/topologies";
import { run } from "./fake-library";

const library = { topology: async () => smallTopology };

test("draws Mermaid by default, and DOT when told", async () => {
  const mermaid = await run("graph -f a.yaml", { library });
  expect(mermaid).toMatchObject({ code: 0, err: "" });
  expect(mermaid.out).toMatch(/^flowchart LR\n/);
  expect(mermaid.calls).toEqual([{ name: "topology", options: { files: ["a.yaml"] } }]);
  const dot = await run("graph -f a.yaml --format dot", { library });
  expect(dot.out).toMatch(/^digraph jp1im \{\n/);
});

test("knows no other format", async () => {
  const ran = await run("graph -f a.yaml --format svg", { library });
  expect(ran.code).toBe(64);
  expect(ran.err).toContain("mermaid, dot");
});

describe("with a saved plan", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "jp1im-graph-"));
    writeFileSync(
      join(folder, "p.plan"),
      JSON.stringify({ ...mixedPlan, inputs: [{ path: "managers", sha256: "0" }] }),
    );
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test("reads the files that the plan names, or those given", async () => {
    const ran = await run("graph --plan p.plan", { cwd: folder, library });
    expect(ran.calls.at(-1)).toEqual({ name: "topology", options: { files: ["managers"] } });
    const given = await run("graph --plan p.plan -f b.yaml", { cwd: folder, library });
    expect(given.calls.at(-1)).toEqual({ name: "topology", options: { files: ["b.yaml"] } });
  });

  test("says where there is none", async () => {
    const ran = await run("graph --plan none.plan", { cwd: folder, library });
    expect(ran.code).toBe(64);
    expect(ran.err).toContain("the plan none.plan cannot be read");
  });
});
