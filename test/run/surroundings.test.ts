import { surroundings } from "../../src/run/surroundings";

test("however many requests wait at once, nobody is warned of a leak", async () => {
  const warnings: Error[] = [];
  const note = (warning: Error) => warnings.push(warning);
  process.on("warning", note);
  const { signal } = surroundings({ signal: new AbortController().signal });
  for (let count = 0; count < 100; count += 1) signal.addEventListener("abort", () => {});
  // Warnings are emitted in the next turn.
  await new Promise((resolve) => setImmediate(resolve));
  process.off("warning", note);
  expect(warnings).toEqual([]);
});
