import type { Imported } from "../../src/index";
import { run } from "./fake-library";

const nothing: Imported = {
  dry_run: false,
  imported: [],
  left: [],
  refused: [],
  unknown: [],
  diagnostics: [],
};
const importing = (found: Partial<Imported>) => ({
  library: { importResources: async () => ({ ...nothing, ...found }) },
});
const client = { address: "tokyo/client", names: ["a"] };
const down = { address: "tokyo/client", code: "manager-unreachable", detail: "no connection" } as const;
const denied = { ...down, code: "manager-denied" } as const;
const refused = { address: "tokyo/client/a", reason: "not-there" } as const;
const refusal = {
  code: "not-importable",
  severity: "error",
  summary: "tokyo/client/a was not imported",
} as const;

describe("import", () => {
  test("hands every option to the library", async () => {
    const ran = await run(
      "import -f a.yaml --state s --dry-run --parallelism 3 --lock-timeout 2s tokyo/client/a tokyo",
    );
    expect(ran.calls).toEqual([
      {
        name: "importResources",
        options: {
          files: ["a.yaml"],
          state: "s",
          addresses: ["tokyo/client/a", "tokyo"],
          dryRun: true,
          parallelism: 3,
          lockTimeoutMs: 2000,
        },
      },
    ]);
    expect((await run("import -f a.yaml --all")).calls).toEqual([
      { name: "importResources", options: { files: ["a.yaml"], addresses: [] } },
    ]);
  });

  test.each<readonly [string, Partial<Imported>, number]>([
    ["everything is ours", { imported: [client] }, 0],
    ["everything was ours", { left: [{ ...client, reason: "already-ours" }] }, 0],
    ["places lack something that is declared", { left: [{ ...client, reason: "not-there" }] }, 0],
    ["some is unknown", { imported: [client], unknown: [down] }, 3],
    ["all is unknown", { unknown: [down] }, 3],
    ["all is denied", { unknown: [denied] }, 7],
    [
      "one of several addresses is refused",
      { imported: [client], refused: [refused], diagnostics: [refusal] },
      3,
    ],
    ["every address is refused", { refused: [refused], diagnostics: [refusal] }, 64],
  ])("where %s, ends with its exit code", async (_, found, code) => {
    expect((await run("import -f a.yaml --all", importing(found))).code).toBe(code);
  });

  test("tells places with equal names in one line, and what is not ours with the reason", async () => {
    const names = ["a", "b", "c", "d", "e", "f"];
    const { out, err } = await run(
      "import -f a.yaml --all",
      importing({
        imported: ["x", "y", "z"].map((host) => ({ address: `tokyo/agent/m/${host}`, names })),
        left: [
          { address: "tokyo/client", names: ["new"], reason: "not-there" },
          { address: "tokyo/client", names: ["old"], reason: "already-ours" },
        ],
        refused: [refused],
        diagnostics: [refusal],
      }),
    );
    expect(out).toBe(`\
Imported:
  tokyo/agent/m/x and 2 more  a, b, c, d, e, … and 1 more

Ours already:
  tokyo/client  old

Declared, and not there, so that an apply creates it:
  tokyo/client  new

18 resources imported; 1 ours already, 1 not there, 1 refused. The managers were only read; each value stays as it is until its source gives one.
`);
    expect(err).toBe("error: tokyo/client/a was not imported [not-importable]\n");
  });
});

describe("export", () => {
  test("prints the document alone, or says where the files are", async () => {
    const printed = await run(
      "export -f a.yaml --manager tokyo --source env:{KEY} --sink file:{CLIENT} --parallelism 2",
    );
    expect(printed).toMatchObject({ code: 0, out: "apiVersion: jp1im/v1\n# end\n", err: "" });
    expect(printed.calls).toEqual([
      {
        name: "exportManager",
        options: {
          files: ["a.yaml"],
          manager: "tokyo",
          source: "env:{KEY}",
          sink: "file:{CLIENT}",
          parallelism: 2,
        },
      },
    ]);
    const saved = await run("export -f a.yaml --manager tokyo --out-dir d --split kind --overwrite");
    expect(saved.out).toBe(
      "Wrote 1 file:\n  d/tokyo.exported.yaml\nLeft out: 2 keys.\nExported 1 client, 0 lower managers, 3 secrets of 2 agents.\n",
    );
    expect(saved.calls.map(({ name }) => name)).toEqual(["exportManager", "saveExport"]);
  });

  test("puts the documents, or the files' names, into the one of --output json", async () => {
    const line = "export -f a.yaml --manager tokyo --output json";
    const counts = { clients: 1, lower_managers: 0, agents: 2, secrets: 3 };
    const common = { manager: "tokyo", counts, left_out: ["Left out: 2 keys."], unknown: [] };
    expect((await run(line)).json()).toMatchObject({
      export: {
        ...common,
        documents: [{ name: "tokyo.exported.yaml", text: "apiVersion: jp1im/v1\n# end\n" }],
      },
    });
    expect((await run(`${line} --out-dir d`)).json().export).toEqual({
      ...common,
      files: ["d/tokyo.exported.yaml"],
    });
  });

  test.each([
    ["export -f a.yaml", "--manager is missing"],
    ["export -f a.yaml --manager a --manager b", "there is more than one --manager"],
    ["export -f a.yaml --manager a --split kind", "--split is for files, and there is no --out-dir"],
    ["export -f a.yaml --manager a --overwrite", "--overwrite is for files, and there is no --out-dir"],
    ["import -f a.yaml", "no address to import is named"],
    ["import -f a.yaml --all tokyo", "there are addresses and --all"],
  ])("%j is refused", async (line, reason) => {
    const ran = await run(line);
    expect(ran).toMatchObject({ code: 64, out: "", calls: [] });
    expect(ran.err).toContain(`error: ${reason} [usage]`);
  });
});
