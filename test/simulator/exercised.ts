/** Where this is imported, a test that carries a rule of `BEHAVIOUR.md` fails unless it makes the simulator do something. */
import { Simulation } from "../../src/simulator/simulation";

import parsing = require("../../src/simulator/parse-world");
import simulators = require("../../src/simulator/simulator");

/** A title begins with its rules: `L2, L3: adding a manager …`. */
export const RULES = /(?:[A-Z]\d+, )*[A-Z]\d+(?=: )/;

const ways = [
  jest.spyOn(Simulation.prototype, "handle"),
  jest.spyOn(Simulation.prototype, "edit"),
  jest.spyOn(Simulation.prototype, "truth"),
  jest.spyOn(Simulation.prototype, "requests"),
  jest.spyOn(parsing, "parseWorld"),
  jest.spyOn(simulators, "startSimulator"),
];

beforeEach(() => {
  for (const way of ways) way.mockClear();
});

afterEach(() => {
  const { currentTestName = "" } = expect.getState();
  const isReached = ways.some((way) => way.mock.calls.length > 0);
  if (currentTestName.match(RULES)?.index === 0 && !isReached)
    throw new Error(`the test “${currentTestName}” never reaches the simulator`);
});
