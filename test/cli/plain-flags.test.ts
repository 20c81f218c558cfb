/** A command line that is read without commander has the flags that commander reads. */
import * as fc from "fast-check";
import { plainFlags } from "../../src/cli/plain-flags";
import { commandTree } from "./program";

test("validate with files alone is read without commander", () => {
  expect(plainFlags(["validate", "-f", "a.yaml", "-f", "b"], { PATH: "/bin" })).toEqual({
    file: ["a.yaml", "b"],
  });
  expect(plainFlags(["validate"], {})).toEqual({});
});

test.each([
  [["plan", "-f", "a.yaml"]],
  [["validate", "a.yaml"]],
  [["validate", "-f"]],
  [["validate", "-f", ""]],
  [["validate", "-f", "--help"]],
  [["validate", "-f", "a.yaml", "--quiet"]],
  [["validate", "--", "-f", "a.yaml"]],
  [[]],
])("%j is for commander", (argv) => {
  expect(plainFlags(argv, {})).toBeUndefined();
});

test.each(["JP1IM_FILE", "JP1IM_OUTPUT", "JP1IM_OUTPUTT", "jp1im_file"])(
  "with %s in the environment commander reads the line",
  (name) => {
    expect(plainFlags(["validate"], { [name]: "x" })).toBeUndefined();
  },
);

test("whatever is read without commander, commander reads alike", () => {
  const option = fc.constantFrom("-f", "-f", "-f", "--file");
  const value = fc.constantFrom("a.yaml", "b", "-", "--", "", "-q", "validate");
  fc.assert(
    fc.property(fc.array(fc.tuple(option, value), { maxLength: 4 }), (pairs) => {
      const rest = pairs.flat();
      const flags = plainFlags(["validate", ...rest], {});
      fc.pre(flags !== undefined);
      expect(flagsOf(rest)).toEqual(flags);
    }),
  );
});

function flagsOf(rest: readonly string[]): unknown {
  const validate = commandTree().commands.find((command) => command.name() === "validate");
  let read: unknown;
  validate?.action((flags: unknown) => {
    read = flags;
  });
  validate?.parse([...rest], { from: "user" });
  return read;
}
