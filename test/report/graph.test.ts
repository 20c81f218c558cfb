import fc from "fast-check";
import type { Topology } from "../../src/model/topology";
import { noMarks } from "../../src/model/topology";
import { dotText } from "../../src/report/graph/dot";
import { mermaidText } from "../../src/report/graph/mermaid";
import { dotFaults, mermaidFaults } from "./graph-check";
import { agentGroup, managerOf, smallTopology } from "./topologies";

test("Mermaid draws managers, lower managers, agents, selectors and clients, each with its changes", () => {
  const [first, ...lines] = mermaidText(smallTopology).trimEnd().split("\n");
  expect(first).toBe("flowchart LR");
  expect(lines.filter((line) => !line.includes("classDef"))).toEqual([
    '  n1[["osaka<br/>immhost-osaka"]]',
    '  n2[["tokyo<br/>immhost01"]]',
    '  n3(["3 clients<br/>-/#43;1"]):::replace',
    '  n4("web01<br/>2 secrets<br/>#43;1  -1"):::update',
    '  n5{{"batch-#42;<br/>2 secrets each"}}',
    '  n6["immhost-nagoya<br/>#43;1"]:::create',
    '  n7("app01<br/>2 secrets<br/>-2"):::delete',
    '  n8("db01<br/>2 secrets<br/>#63;1"):::open',
    '  n9["immhost-lost<br/>not declared"]',
    '  n10("x01<br/>2 secrets")',
    ...["n2 --> n3", "n2 --> n4", "n2 --> n5", "n2 --> n6", "n6 --> n7", "n2 --> n1", "n1 --> n8"].map(
      (edge) => `  ${edge}`,
    ),
    ...["n2 --> n9", "n9 --> n10"].map((edge) => `  ${edge}`),
  ]);
  expect(lines.filter((line) => line.includes("classDef"))).toHaveLength(5);
});

test("DOT draws the same", () => {
  const text = dotText(smallTopology);
  expect(text).toContain(
    '  n4 [label="web01\\n2 secrets\\n+1  -1", shape=ellipse, fillcolor="#fff8c5", color="#9a6700"];\n',
  );
  expect(text).toContain("  n1 -> n8;\n");
  expect(text.startsWith("digraph jp1im {\n")).toBe(true);
  expect(text.endsWith("}\n")).toBe(true);
});

test("of a big fleet the agents that change are drawn, and a box counts the others", () => {
  const groups = [...Array(1_000).keys()].map((number) =>
    agentGroup(`web${number}`, number > 990 ? { update: 1 } : {}),
  );
  const text = mermaidText({ managers: [managerOf({ name: "tokyo", groups })] });
  expect(text).toContain('("web999<br/>2 secrets<br/>#126;1"):::update');
  expect(text).toContain('("web0<br/>2 secrets")');
  expect(text).toContain('>"… and 980 more agents"]');
});

test("what is left out and would change is marked on the box that counts it", () => {
  const groups = [...Array(1_000).keys()].map((number) => agentGroup(`web${number}`, { create: 2 }));
  const text = mermaidText({ managers: [managerOf({ name: "tokyo", groups })] });
  expect(text).toContain('>"… and 980 more agents<br/>#43;1,960"]:::create');
});

test.each([
  ["fa:fa-car", "fa#92;x3afa-car"],
  ["$$x$$", "#92;x24#36;x#92;x24#36;"],
  ["- x", "#45; x"],
  ["10. x", "10#46; x"],
  ['"<&', "#34;#60;#38;"],
])("Mermaid shows %s as it is", (name, label) => {
  expect(mermaidText({ managers: [managerOf({ name, host: name })] })).toContain(`n1[["${label}"]]`);
});

const hostile = fc.oneof(
  fc.constantFrom(
    ...["fa:fa-car", "$$x$$"],
    ...[
      'a"] --> b',
      "<script>",
      "`a|b`",
      "%%{init: {}}%%",
      "%% x",
      "end",
      "click n1 call x()",
      "a\nb",
      "- x",
      "1. x",
    ],
    ...[
      "\\",
      "\\N",
      "\\l",
      '\\"',
      "&lt;",
      "style a:b#c;",
      "classDef:#1;",
      "subgraph x",
      "\u202e",
      "x".repeat(255),
    ],
  ),
  fc.string({ unit: "binary", minLength: 1, maxLength: 80 }),
  fc.string({ minLength: 1, maxLength: 80 }),
);
const marks = fc.record({
  create: fc.nat(3),
  update: fc.nat(3),
  replace: fc.nat(1),
  delete: fc.nat(3),
  open: fc.nat(1),
});
const groups = fc
  .tuple(hostile, marks, fc.constantFrom("host" as const, "match" as const), fc.nat(60))
  .map(([name, mark, by, count]) =>
    [...Array(count).keys()].map((number) => agentGroup(`${name}${number}`, mark, by)),
  );
const topologies: fc.Arbitrary<Topology> = fc
  .array(fc.tuple(hostile, groups, fc.array(fc.tuple(hostile, groups), { maxLength: 30 })), { maxLength: 12 })
  .map((managers) => ({
    managers: managers.map(([name, own, lower]) =>
      managerOf({
        ...{ name, groups: own, clients: { count: own.length, marks: noMarks } },
        lowerManagers: lower.map(([host, below]) => ({
          host,
          declared: true,
          marks: noMarks,
          groups: below,
        })),
      }),
    ),
  }));

test("whatever things are called, a Mermaid label ends where it should, and the whole is one that Mermaid draws", () => {
  fc.assert(
    fc.property(topologies, (topology) => {
      const text = mermaidText(topology);
      expect(mermaidFaults(text)).toEqual([]);
      expect(text.length).toBeLessThanOrEqual(50_000);
      expect(text.split("-->").length).toBeLessThanOrEqual(500);
    }),
    { numRuns: 60 },
  );
});

test("whatever things are called, a DOT label ends where it should", () => {
  fc.assert(
    fc.property(topologies, (topology) => {
      expect(dotFaults(dotText(topology))).toEqual([]);
    }),
    { numRuns: 60 },
  );
});

test("a manager that is to be registered below another one is marked, although it is drawn once", () => {
  const lower = { host: "immhost-osaka", declaredAs: "osaka", declared: true, groups: [] };
  const text = mermaidText({
    managers: [
      managerOf({ name: "osaka", host: "immhost-osaka", marks: { ...noMarks, create: 1 } }),
      managerOf({ name: "tokyo", lowerManagers: [{ ...lower, marks: { ...noMarks, create: 1 } }] }),
    ],
  });
  expect(text).toContain('n1[["osaka<br/>immhost-osaka<br/>#43;2"]]:::create');
});

test("of many managers those that change are drawn", () => {
  const managers = [...Array(100).keys()].map((number) =>
    managerOf({ name: `m${number}`, marks: number === 99 ? { ...noMarks, delete: 1 } : noMarks }),
  );
  const text = mermaidText({ managers });
  expect(text).toContain('[["m99<br/>host-of-m99<br/>-1"]]:::delete');
  expect(text).toContain('"… and 70 more managers, with all below"');
});
