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
