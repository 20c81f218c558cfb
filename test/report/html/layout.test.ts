import fc from "fast-check";
import type { Drawing, DrawnNode } from "../../../src/report/graph/drawing";
import { BOX_WIDTH, type Box, layOut } from "../../../src/report/html/layout";
import { topologyDrawing } from "../../../src/report/html/topology-drawing";
import { agentGroup, managerOf, smallTopology } from "../topologies";

const drawing = fc
  .record({
    lines: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 30 }),
    edges: fc.array(fc.tuple(fc.nat(29), fc.nat(29)), { maxLength: 60 }),
  })
  .map(
    ({ lines, edges }): Drawing => ({
      nodes: lines.map(
        (count, index): DrawnNode => ({ id: `n${index}`, shape: "agent", lines: Array(count).fill("x") }),
      ),
      edges: edges
        .filter((edge) => edge.every((index) => index < lines.length))
        .map(([from, to]) => [`n${from}`, `n${to}`] as const),
    }),
  );

const overlap = (a: Box, b: Box) =>
  a.x < b.x + BOX_WIDTH && b.x < a.x + BOX_WIDTH && a.y < b.y + b.height && b.y < a.y + a.height;

test("whatever leads to what, in circles as well, every box has a place of its own inside of the picture", () => {
  fc.assert(
    fc.property(drawing, (drawn) => {
      const { boxes, width, height } = layOut(drawn);
      const placed = [...boxes.values()];
      expect([...boxes.keys()].sort()).toEqual(drawn.nodes.map(({ id }) => id).sort());
      for (const [index, box] of placed.entries()) {
        expect(placed.slice(index + 1).filter((other) => overlap(box, other))).toEqual([]);
        expect(box.x >= 0 && box.y >= 0 && box.x + BOX_WIDTH <= width && box.y + box.height <= height).toBe(
          true,
        );
      }
    }),
  );
});

test("what is below a box stands to its right, and the box in the middle of it", () => {
  const nodes = ["a", "b", "c"].map((id): DrawnNode => ({ id, shape: "agent", lines: [id] }));
  const { boxes } = layOut({
    nodes,
    edges: [
      ["a", "b"],
      ["a", "c"],
    ],
  });
  const [a, b, c] = ["a", "b", "c"].map((id) => boxes.get(id));
  expect(b?.x).toBeGreaterThan((a?.x ?? 0) + BOX_WIDTH);
  expect(a?.y).toBe(((b?.y ?? 0) + (c?.y ?? 0)) / 2);
});

test("a picture stays small, however big the fleet is, and says how much it leaves out", () => {
  const groups = [...Array(1_000).keys()].map((number) => agentGroup(`web${number}`, { create: 1 }));
  const managers = [...Array(100).keys()].map((number) => managerOf({ name: `m${number}`, groups }));
  const { text } = topologyDrawing({ managers });
  expect(text.match(/<rect/g)?.length).toBeLessThanOrEqual(45);
  expect(text).toMatch(/\u2026 and 9\d more managers/);
  expect(text).toMatch(/\u2026 and 99\d more agents/);
});

test("a picture has a title that says what it shows", () => {
  const { text } = topologyDrawing(smallTopology);
  expect(text).toContain('role="img" aria-labelledby="topology-title"');
  expect(text).toContain(
    '<title id="topology-title">Managers, lower managers, agents and clients: manager osaka immhost-osaka; manager tokyo immhost01; 3 clients -/+1; agent web01 2 secrets +1  -1; selector batch-* 2 secrets each; lower manager immhost-nagoya +1;',
  );
});
