/**
 * What `import fc from "fast-check"` gives in the tests (`moduleNameMapper` of jest.config.js): with one fixed seed, so that
 * nobody's `npm test` fails by chance. `JP1IM_RANDOM_SEED` sets another one; CI draws and prints it.
 */
import * as fc from "../node_modules/fast-check/lib/cjs/fast-check.js";

const FIXED_SEED = 1;

fc.configureGlobal({ seed: Number(process.env.JP1IM_RANDOM_SEED || FIXED_SEED) });

export * from "../node_modules/fast-check/lib/cjs/fast-check.js";

/** Counts as a check of the test, as an `expect` does. */
export const assert = ((property, parameters) => {
  const { assertionCalls } = expect.getState();
  expect.setState({ assertionCalls: assertionCalls + 1 });
  return fc.assert(property, parameters);
}) as typeof fc.assert;

export default { ...fc, assert };
