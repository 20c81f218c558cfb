import fc from "fast-check";
import { loadDesiredState } from "../../src/config/load-desired-state";
import type { DesiredState } from "../../src/model/desired-state";
import { nodeFileSystem } from "../../src/platform/file-system";
import { loadText } from "./load-fixture";

const sample = `apiVersion: jp1im/v1
managers:
  tokyo:
    url: https://immhost01:20703
    auth: { user: jp1admin, password: { env: PW } }
    clients:
      - id: fluentd-web
        deliverTo: { file: out/web }
    agents:
      - host: web01
        secrets: &a
          "k": CANARY
          b: { file: x }
      - { match: "*", secrets: *a }
    policy: { maxDeletes: 30% }
`;

describe("loading", () => {
  it("never rejects, whatever the bytes are", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        const { desired, diagnostics } = await loadText(Buffer.from(bytes));
        expect(desired).toBeUndefined();
        expect(diagnostics.length).toBeGreaterThan(0);
      }),
      { numRuns: 200 },
    );
  });

  it("of a damaged file never rejects, and tells places that exist, but no secret", async () => {
    const edit = fc.record({
      at: fc.nat(sample.length),
      drop: fc.nat(12),
      insert: fc.oneof(
        fc.constantFrom(
          "'",
          '"',
          "{",
          "}",
          "[",
          "]",
          ":",
          "- ",
          "\n",
          "\t",
          "&a ",
          "*a",
          "!x ",
          "? ",
          "|",
          ">",
          "#",
          "%",
          "---\n",
          "<<: ",
        ),
        fc.string({ maxLength: 6, unit: "binary" }),
      ),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 3 }), async (edits) => {
        const text = edits.reduce(
          (t, { at, drop, insert }) => t.slice(0, at) + insert + t.slice(at + drop),
          sample,
        );
        const { desired, diagnostics } = await loadText(text);
        expect(desired === undefined).toBe(diagnostics.some(({ severity }) => severity === "error"));
        // Only what still stands where secrets stand can be known to be one.
        if (/^ {10}"k": CANARY$/m.test(text)) expect(JSON.stringify(diagnostics)).not.toContain("CANARY");
        const lines = text.split("\n");
        for (const { position, summary, remedy } of diagnostics) {
          expect(summary).toMatch(/^[^A-Z].*[^.]$/s);
          expect(remedy).toBeTruthy();
          if (position === undefined) continue;
          expect(position.line).toBeLessThanOrEqual(lines.length);
          expect(position.column).toBeLessThanOrEqual((lines[position.line - 1]?.length ?? 0) + 1);
        }
      }),
      { numRuns: 500 },
    );
  });

  it("does not depend on how a state is split over files", async () => {
    const client = fc.record({
      id: fc.stringMatching(/^[a-z]{1,4}$/),
      generation: fc.integer({ min: 1, max: 9 }),
    });
    const agent = fc.record({
      host: fc.stringMatching(/^[a-z]{1,4}$/),
      key: fc.stringMatching(/^[a-z.]{1,5}$/),
    });
    const manager = fc.record({
      clients: fc.uniqueArray(client, { selector: ({ id }) => id, maxLength: 6 }),
      agents: fc.uniqueArray(agent, { selector: ({ host }) => host, maxLength: 6 }),
    });
    const managers = fc.dictionary(fc.stringMatching(/^[a-z]{1,4}$/), manager, { minKeys: 1, maxKeys: 3 });
    await fc.assert(
      fc.asyncProperty(managers, fc.infiniteStream(fc.nat(2)), async (model, choices) => {
        const whole = await loadFiles([
          Object.entries(model).flatMap(([name, parts]) => fragments(name, parts)),
        ]);
        const files: Fragment[][] = [[], [], []];
        for (const [name, parts] of Object.entries(model)) {
          for (const fragment of fragments(name, parts)) files[choices.next().value ?? 0]?.push(fragment);
        }
        const split = await loadFiles(files.filter((file) => file.length > 0));
        expect(whole.desired).toBeDefined();
        expect(comparable(split.desired)).toEqual(comparable(whole.desired));
      }),
      { numRuns: 150 },
    );
  });
});

type Fragment = readonly [manager: string, content: object];
interface Parts {
  readonly clients: readonly { id: string; generation: number }[];
  readonly agents: readonly { host: string; key: string }[];
}

function fragments(name: string, { clients, agents }: Parts): Fragment[] {
  return [
    [name, { url: `https://${name}:1`, auth: { user: "u", password: { env: "P" } } }],
    ...clients.map((client): Fragment => [name, { clients: [{ ...client, deliverTo: { file: "out" } }] }]),
    ...agents.map(
      ({ host, key }): Fragment => [name, { agents: [{ host, secrets: { [key]: { env: "E" } } }] }],
    ),
  ];
}

/** Each fragment is a document of its own; JSON is YAML. */
function loadFiles(files: readonly (readonly Fragment[])[]) {
  const texts = files.map((file) =>
    file
      .map(([name, content]) => JSON.stringify({ apiVersion: "jp1im/v1", managers: { [name]: content } }))
      .join("\n---\n"),
  );
  const fileSystem = {
    ...nodeFileSystem,
    stat: async () => ({ type: "file" as const, size: 1, modifiedMs: 0, mode: 0o600, uid: 0, links: 1 }),
    readFile: async (path: string) => Buffer.from(texts[Number(path.slice(1))] ?? ""),
  };
  return loadDesiredState({ paths: texts.map((_, index) => `/${index}`), cwd: "/", fileSystem });
}

/** Without what splitting may change: places, and the order of agents, which has no meaning. */
function comparable(desired: DesiredState | undefined): unknown {
  const managers = [...(desired?.managers.values() ?? [])].map(({ agents, ...manager }) => ({
    ...manager,
    agents: agents
      .map(({ selector, secrets }) => ({
        selector,
        secrets: [...secrets].map(([key, { source }]) => [key, source]),
      }))
      .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)),
  }));
  return JSON.parse(
    JSON.stringify(managers, (key, value) =>
      key === "position" || key === "authPosition" ? undefined : value,
    ),
  );
}
