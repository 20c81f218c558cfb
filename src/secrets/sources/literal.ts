import { type Source, unresolved } from "./source";

/** A value in the desired state itself; reading the state has checked that the policy permits it. */
export const literal: Source = {
  type: "literal",
  describe: () => "literal value",
  read: async (reference) => {
    if ("value" in reference) return reference.value;
    throw unresolved("a literal source without a value", "write the value as a string");
  },
};
