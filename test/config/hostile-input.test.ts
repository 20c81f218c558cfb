import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { loadDesiredState } from "../../src/config/load-desired-state";
import { nodeFileSystem } from "../../src/platform/file-system";
import { DiagnosticList } from "../../src/yaml/diagnostic-list";
import { parseYaml } from "../../src/yaml/parse-yaml";
import { SourceText } from "../../src/yaml/source-text";
import { loadText } from "./load-fixture";

const head = "apiVersion: jp1im/v1\nmanagers:\n  tokyo:\n    url: https://immhost01:20703\n";
const valid = `${head}    auth: { user: jp1admin, password: { env: PW } }\n`;

async function codesOf(text: string | Buffer): Promise<string[]> {
  const { diagnostics, desired } = await loadText(text);
  expect(desired === undefined).toBe(diagnostics.some(({ severity }) => severity === "error"));
  return [...new Set(diagnostics.map(({ code }) => code))];
}

describe("hostile input", () => {
  it.each([
    ["100,000 open brackets", "[".repeat(100_000)],
    ["100,000 open braces", "{".repeat(100_000)],
    ["100,000 nested list dashes", "- ".repeat(100_000)],
    ["100,000 nested explicit keys", "? ".repeat(100_000)],
    ["indentation 200 levels deep", Array.from({ length: 200 }, (_, i) => `${" ".repeat(i)}a:`).join("\n")],
    ["an alias bomb", bomb(10, 10)],
    ["an alias inside of its anchor", "a: &a\n  b: *a\n"],
    ["aliases that nest beyond the depth of the text", chain(200)],
  ])("beyond the limits is refused: %s", async (_name, text) => {
    expect(await codesOf(text)).toEqual(["yaml-limits"]);
  });

  it.each([
    ["UTF-16 with a mark", Buffer.from(`\ufeff${valid}`, "utf16le")],
    ["UTF-16 without a mark", Buffer.from(valid, "utf16le")],
    ["bytes that are not UTF-8", Buffer.concat([Buffer.from(valid), Buffer.from([0xc3, 0x28])])],
    ["a null byte", `${valid}\0`],
    ["an escape character", `${valid}# \u001b[2J\n`],
    ["closing brackets only", "]".repeat(1000)],
    ["an unclosed flow of commas", `[${",".repeat(1000)}`],
    ["a carriage return as indentation", "a:\n\tb: 1"],
    ["an unfinished directive", "%YAML"],
  ])("that is not YAML text is refused: %s", async (_name, text) => {
    expect(await codesOf(text)).toEqual(["yaml-syntax"]);
  });

  it("with more tokens than are read is refused", () => {
    const diagnostics = new DiagnosticList();
    const source = new SourceText({ file: "a.yaml", folder: "/", text: `[${"a,".repeat(1000)}]` });
    expect(parseYaml(source, diagnostics, 1000)).toEqual([]);
    expect(diagnostics.sorted()).toMatchObject([{ code: "yaml-limits", position: { line: 1 } }]);
  });

  it("as long as so many tokens are is read by the quick reader, which needs less memory for it", () => {
    const diagnostics = new DiagnosticList();
    const text = Array.from({ length: 100 }, (_, line) => `secret-${line}: { env: NAME_${line} }\n`).join("");
    const source = new SourceText({ file: "a.yaml", folder: "/", text });
    expect(text.length).toBeGreaterThan(2000);
    expect(parseYaml(source, diagnostics, 1000)).toMatchObject([{ kind: "map" }]);
    expect(parseYaml(source, diagnostics, 500)).toEqual([]);
  });

  it.each([
    ["as long as one may be is checked", 1_000_000, "out-of-range"],
    ["that is longer is refused, since V8 may have no stack to check it", 1_000_001, "yaml-limits"],
  ])("with a text %s, and its excerpt stays short", async (_title, length, code) => {
    for (const quote of ["", '"']) {
      const text = quote + "x".repeat(length - 2 * quote.length) + quote;
      const { diagnostics } = await loadText(`${valid}    host: ${text}\n`);
      expect(diagnostics.map((diagnostic) => diagnostic.code)).toEqual([code]);
      expect(JSON.stringify(diagnostics).length).toBeLessThan(1000);
    }
  });

  it.each([
    ["under a source", "    agents: [{ host: a, secrets: { k: { exec: [curl, -u, HUNTER2] } }, typo: 1 }]\n"],
    ["under a sink", "    clients: [{ id: a, typo: 1, deliverTo: { exec: [curl, -u, HUNTER2] } }]\n"],
    ["in a text that does not parse", "    clients: [{ id: a, deliverTo: { exec: [curl, -u, HUNTER2] } }\n"],
    [
      "in lines below it",
      "    clients:\n      - id: a\n        deliverTo:\n          exec:\n            - HUNTER2 : [\n",
    ],
  ])("has no excerpt of a line with the arguments of a program, %s", async (_, lines) => {
    const { diagnostics } = await loadText(`${valid}${lines}`);
    expect(diagnostics.length).toBeGreaterThan(0);
    expect(JSON.stringify(diagnostics.map(({ excerpt }) => excerpt))).not.toContain("HUNTER2");
  });

  it("shows no argument of a program, wherever one character of the text is damaged", async () => {
    const text = `${valid}    initialSecret: { deliverTo: { exec: [curl, -u, HUNTER2] } }
    clients:
      - id: a
        deliverTo:
          exec:
            command:
              - curl
              - HUNTER2 HUNTER2
            timeout: 5
      - id: b
        deliverTo: [{ exec: { command: [curl, HUNTER2], shell: true } }, { file: b }]
    agents:
      - host: a
        secrets:
          k: { exec: [sh, -c,
            "echo HUNTER2"] }
    lowerManagers:
      - host: b
        initialSecret: { exec: [curl, HUNTER2] }
`;
    const damage = fc.constantFrom(
      "",
      "\t",
      "\n",
      " ",
      "{",
      "}",
      "[",
      "]",
      '"',
      "'",
      ":",
      "-",
      "#",
      "&",
      "*",
      "!",
      "|",
    );
    await fc.assert(
      fc.asyncProperty(fc.nat(text.length - 1), damage, fc.boolean(), async (at, by, isAdded) => {
        const { diagnostics } = await loadText(
          `${text.slice(0, at)}${by}${text.slice(isAdded ? at : at + 1)}`,
        );
        expect(JSON.stringify(diagnostics)).not.toMatch(/HUNT|NTER2/);
      }),
      { numRuns: 500 },
    );
  });

  it("with ten thousand faults tells the first thousand and how many there are more", async () => {
    const { diagnostics } = await loadText(
      `${valid}${Array.from({ length: 10_000 }, (_, i) => `    x${i}: 1\n`).join("")}`,
    );
    expect(diagnostics).toHaveLength(1001);
    expect(diagnostics.at(-1)?.summary).toContain("9000 more");
  });

  it("with `__proto__` and `constructor` as keys of secrets declares just these keys", async () => {
    const { desired } = await loadText(
      `${valid}    agents: [{ host: a, secrets: { __proto__: { env: A }, constructor: { env: B } } }]\n`,
    );
    const [entry] = desired?.managers.get("tokyo")?.agents ?? [];
    expect([...(entry?.secrets.keys() ?? [])]).toEqual(["__proto__", "constructor"]);
    expect(({} as Record<string, unknown>).env).toBeUndefined();
  });

  it("with a byte-order mark and CRLF line ends is read, and columns stay right", async () => {
    const { diagnostics } = await loadText(`\ufeff${valid}    clinets: []\n`.replaceAll("\n", "\r\n"));
    expect(diagnostics).toMatchObject([
      { code: "unknown-key", position: { line: 6, column: 5 }, excerpt: "6 |     clinets: []\n  |     ^" },
    ]);
    expect(await codesOf(`\ufeff${valid}`.replaceAll("\n", "\r\n"))).toEqual([]);
  });
});

describe("a file of another tool in a folder of the desired state", () => {
  it.each([
    [
      "a file of SOPS",
      "a: ENC[x]\nb: { c: 1 }\nsops:\n  mac: ENC[y]\n  lastmodified: z\n",
      "is a file of SOPS",
    ],
    [
      "a Kubernetes manifest",
      "apiVersion: v1\nkind: Secret\nmetadata: { name: a }\n",
      "is a Kubernetes manifest",
    ],
    [
      "a world of the simulator",
      "apiVersion: jp1im-simulator/v1\nmanagers: {}\n",
      "is a world of the simulator",
    ],
    [
      "a file of Docker Compose",
      "services: { a: { image: x } }\nvolumes: {}\n",
      "is a file of Docker Compose",
    ],
    ["a lock file", "lockfileVersion: 9\nsettings: {}\n", "is a lock file of a package manager"],
    ["a workflow", "on: push\njobs: { a: { steps: [] } }\n", "is a workflow of CI"],
    ["a file that git-crypt locked", "\0GITCRYPT\0\u0001\u0002", "is locked by git-crypt"],
    [
      "a pointer of Git LFS",
      "version https://git-lfs.github.com/spec/v1\noid sha256:ab\n",
      "is a pointer of Git LFS",
    ],
    ["a file of Ansible Vault", "$ANSIBLE_VAULT;1.1;AES256\n6162\n", "is encrypted by Ansible Vault"],
  ])("is one diagnostic: %s", async (_, text, summary) => {
    const { diagnostics } = await loadText(text);
    expect(diagnostics).toMatchObject([
      { code: "file-unreadable", summary: expect.stringContaining(summary) },
    ]);
  });
});

describe("hostile folders", () => {
  const folder = mkdtempSync(join(tmpdir(), "jp1im-config-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  async function load(...paths: string[]) {
    return loadDesiredState({ paths, cwd: folder });
  }

  it("that loop by a symbolic link are refused instead of walked for ever", async () => {
    mkdirSync(join(folder, "loop"));
    writeFileSync(join(folder, "loop", "a.yaml"), valid);
    symlinkSync("..", join(folder, "loop", "again"));
    const { diagnostics } = await load("loop");
    expect(diagnostics).toMatchObject([
      { code: "file-unreadable", summary: expect.stringContaining("loop/again") },
    ]);
  });

  it("with a symbolic link that leads out of them are refused, and no line of its target is shown", async () => {
    mkdirSync(join(folder, "lured", "below"), { recursive: true });
    writeFileSync(join(folder, "outside.yaml"), "the-runners-own: line\n");
    writeFileSync(join(folder, "lured", "a.yaml"), valid);
    symlinkSync("../../outside.yaml", join(folder, "lured", "below", "b.yaml"));
    const { desired, diagnostics } = await load("lured");
    expect(desired).toBeUndefined();
    expect(diagnostics).toMatchObject([
      { code: "file-unreadable", summary: expect.stringMatching(/below\/b\.yaml .* leads out of lured/) },
    ]);
    expect(JSON.stringify(diagnostics)).not.toContain("the-runners-own");
  });

  it("with a symbolic link that leads to no file are refused, because a part of the desired state may be lost", async () => {
    mkdirSync(join(folder, "dangling"));
    writeFileSync(join(folder, "dangling", "a.yaml"), valid);
    symlinkSync("gone.yaml", join(folder, "dangling", "b.yaml"));
    const { desired, diagnostics } = await load("dangling");
    expect(desired).toBeUndefined();
    expect(diagnostics).toMatchObject([
      { code: "file-unreadable", summary: expect.stringMatching(/dangling\/b\.yaml .* leads to no file/) },
    ]);
  });

  it("are read as Kubernetes mounts them, and so is a link that is named itself", async () => {
    mkdirSync(join(folder, "mounted", "..2026_01_02"), { recursive: true });
    writeFileSync(join(folder, "mounted", "..2026_01_02", "jp1im.yaml"), valid);
    symlinkSync("..2026_01_02", join(folder, "mounted", "..data"));
    symlinkSync("..data/jp1im.yaml", join(folder, "mounted", "jp1im.yaml"));
    symlinkSync("mounted", join(folder, "by-link"));
    for (const named of ["mounted", "mounted/jp1im.yaml", "by-link"])
      expect((await load(named)).desired?.managers.size).toBe(1);
  });

  it("without a YAML file are refused, hidden files and node_modules not counting", async () => {
    mkdirSync(join(folder, "bare", "node_modules"), { recursive: true });
    mkdirSync(join(folder, "bare", ".git"));
    for (const path of ["node_modules/a.yaml", ".git/a.yaml", ".a.yaml", "a.json"]) {
      writeFileSync(join(folder, "bare", path), valid);
    }
    expect((await load("bare")).diagnostics).toMatchObject([{ code: "no-input" }]);
  });

  it("and files that are missing or unreadable are all told in one run", async () => {
    symlinkSync("nowhere.yaml", join(folder, "dangling.yaml"));
    writeFileSync(join(folder, "locked.yaml"), valid);
    const fileSystem = {
      ...nodeFileSystem,
      readFile: async () => Promise.reject(Object.assign(new Error("no"), { code: "EACCES" })),
    };
    const { diagnostics } = await loadDesiredState({
      paths: ["missing.yaml", "dangling.yaml", "locked.yaml"],
      cwd: folder,
      fileSystem,
    });
    expect(diagnostics.map(({ code }) => code)).toEqual(Array(3).fill("file-unreadable"));
    expect(diagnostics.map(({ summary }) => summary).join()).toMatch(
      /missing\.yaml.*dangling\.yaml.*permission denied/,
    );
  });

  it("with a file beyond 64 MiB do not make it be read", async () => {
    writeFileSync(join(folder, "large.yaml"), valid);
    const fileSystem = {
      ...nodeFileSystem,
      stat: async () => ({
        type: "file" as const,
        size: 64 * 1024 * 1024 + 1,
        modifiedMs: 0,
        mode: 0o600,
        uid: 0,
        links: 1,
      }),
      readFile: async () => Promise.reject(new Error("must not be read")),
    };
    const { diagnostics } = await loadDesiredState({ paths: ["large.yaml"], cwd: folder, fileSystem });
    expect(diagnostics).toMatchObject([{ code: "yaml-limits" }]);
  });
});

/** `depth` levels of lists, each holding the one before `width` times. */
function bomb(depth: number, width: number): string {
  const levels = Array.from({ length: depth }, (_, i) => {
    const items = i === 0 ? Array(width).fill("x") : Array(width).fill(`*l${i - 1}`);
    return `l${i}: &l${i} [${items.join(",")}]\n`;
  });
  return levels.join("");
}

/** Each list holds the one before: flat as a text, deep as a tree. */
function chain(length: number): string {
  return Array.from({ length }, (_, i) => `- &c${i} [${i === 0 ? "x" : `*c${i - 1}`}]\n`).join("");
}
