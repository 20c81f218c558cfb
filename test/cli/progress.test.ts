import type { TextStream } from "../../src/cli/io";
import { progressOn } from "../../src/cli/progress";

/** What is drawn on a terminal of so many columns after one step. */
function drawn(columns: number | undefined): string {
  const written: string[] = [];
  const stream: TextStream = {
    isTTY: true,
    columns,
    closed: false,
    write: async (text: string) => {
      written.push(text);
    },
  };
  let time = 0;
  const progress = progressOn(stream, () => {
    time += 1_000;
    return time;
  });
  progress.report({ type: "phase", phase: "apply", total: 2 });
  progress.report({ type: "step", phase: "apply", address: "tokyo/client/fluentd-web" });
  return written.join("");
}

test("a live line is cut to the terminal's width, so that it never wraps", () => {
  expect(drawn(20)).toContain("applying 1/2  tokyo");
  expect(drawn(20)).not.toContain("client");
});

test.each([0, undefined])("a terminal that knows its width as %s gets the whole line", (columns) => {
  expect(drawn(columns)).toContain("applying 1/2  tokyo/client/fluentd-web");
});

/** What is drawn while so many of `total` steps are done, one every `ms`. */
function afterSteps(steps: number, total: number, ms: number, isTTY: boolean, isDumb = false): string[] {
  const written: string[] = [];
  const write = async (text: string) => {
    written.push(text);
  };
  let time = 0;
  const progress = progressOn({ isTTY, columns: 100, closed: false, write }, () => time, { isDumb });
  progress.report({ type: "phase", phase: "apply", total });
  for (let step = 0; step < steps; step++) {
    time += ms;
    progress.report({ type: "step", phase: "apply", address: "a" });
  }
  return written;
}

test("a terminal gets a bar, and how long what is left will take at the pace so far", () => {
  expect(afterSteps(50, 200, 1_000, true).at(-1)).toBe(
    "\r\x1b[2K[#####---------------] applying 50/200, about 3 min left  a",
  );
  expect(afterSteps(200, 200, 1_000, true).at(-1)).toBe(
    "\r\x1b[2K[####################] applying 200/200  a",
  );
});

test("a step may do many at once", () => {
  const written: string[] = [];
  const write = async (text: string) => void written.push(text);
  const progress = progressOn({ isTTY: false, columns: 100, closed: false, write }, () => 0);
  progress.report({ type: "phase", phase: "apply", total: 3_000 });
  for (const address of ["a", "b", "c"])
    progress.report({ type: "step", phase: "apply", address, count: 1_000 });
  expect(written).toEqual(["applying 1,000/3,000\n", "applying 2,000/3,000\n", "applying 3,000/3,000\n"]);
});

test("a terminal that cannot clear a line gets lines", () => {
  expect(afterSteps(50, 200, 1_000, true, true).at(-1)).toMatch(/^applying \d+\/200.*\n$/);
});

test("nothing is guessed from a few steps or the first seconds", () => {
  expect(afterSteps(9, 200, 1_000, true).join("")).not.toContain("left");
  expect(afterSteps(100, 200, 20, true).join("")).not.toContain("left");
});

test("elsewhere the lines are plain, and carry the guess", () => {
  expect(afterSteps(50, 200, 1_000, false)).toEqual(
    [10, 20, 30, 40, 50].map((done) =>
      expect.stringMatching(`^applying ${done}/200, about \\d+ \\w+ left\n$`),
    ),
  );
});
