/**
 * What `import fc from "fast-check"` gives in the tests (`moduleNameMapper` of jest.config.js): with one fixed seed, so that
 * nobody's `npm test` fails by chance, and with as many runs as `effort.ts` says. `JP1IM_RANDOM_SEED` sets another seed; CI draws and
 * prints it.
 */
import * as fc from "../node_modules/fast-check/lib/cjs/fast-check.js";
import { randomSeed, runs } from "./effort";

/** Of a property that names no number: fast-check's own. */
const RUNS = 100;

fc.configureGlobal({ seed: randomSeed });

export * from "../node_modules/fast-check/lib/cjs/fast-check.js";

/** Counts as a check of the test, as an `expect` does. */
export const assert = ((property: fc.IProperty<unknown>, parameters?: fc.Parameters<unknown>) => {
  const { assertionCalls } = expect.getState();
  expect.setState({ assertionCalls: assertionCalls + 1 });
  return fc.assert(property, { ...parameters, numRuns: runs(parameters?.numRuns ?? RUNS) });
}) as typeof fc.assert;

export default { ...fc, assert };
