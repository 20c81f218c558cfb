import { type Source, unresolved } from "./source";

/** A value that stands in the desired state itself; whether the policy allows that was settled on reading it. */
export const literal: Source = {
  type: "literal",
  describe: () => "literal value",
  read: async (reference) => {
    if ("value" in reference) return reference.value;
    throw unresolved("a literal source without a value", "write the value as a string");
  },
};
