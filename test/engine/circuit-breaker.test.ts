/** When a manager gets no more requests, and when it gets them again. */
import { ManagerError } from "../../src/api/manager-error";
import type { ManagerPort } from "../../src/api/port";
import { withCircuitBreaker } from "../../src/engine/observe/circuit-breaker";
import type { AgentRef } from "../../src/model/address";
import { VirtualClock } from "../rig/virtual-clock";

function failing(details: Partial<ManagerError["details"]>): ManagerError {
  const request = "POST agents/secrets";
  return new ManagerError({
    ...{ manager: "tokyo", request, code: "manager-failed", effect: "none", summary: "made by the test" },
    ...details,
  });
}

/** A manager whose agents below a host are listed, or fail, and who takes every lower manager. */
function breaker(answers: Map<string, ManagerError>) {
  const asked: string[] = [];
  const port = {
    listAgentSecrets: async ({ managerHost }: AgentRef) => {
      asked.push(managerHost);
      const error = answers.get(managerHost);
      if (error) throw error;
      return { complete: true, value: [] };
    },
    putLowerManager: async () => {},
  } as unknown as ManagerPort;
  const guarded = withCircuitBreaker(port, new VirtualClock(), 1);
  const list = (managerHost: string) =>
    guarded.listAgentSecrets({ host: "web01", managerHost }).catch(() => undefined);
  return { guarded, list, asked };
}

test("three places in a row that do not answer end the requests, and an answer between them does not count", async () => {
  const answers = new Map(["a", "b", "c", "d"].map((host) => [host, failing({ code: "manager-timeout" })]));
  const { list, asked } = breaker(answers);
  for (const host of ["a", "b", "up", "c", "d", "up"]) await list(host);
  expect(asked).toEqual(["a", "b", "up", "c", "d", "up"]);
  for (const host of ["a", "b", "c", "up"]) await list(host);
  expect(asked.slice(6)).toEqual(["a", "b", "c"]);
});

test("a host that was given up gets requests again once it is added as a lower manager", async () => {
  const { guarded, list, asked } = breaker(new Map([["down", failing({ messageId: "KAJY68203-E" })]]));
  for (let times = 0; times < 5; times++) await list("down");
  expect(asked).toHaveLength(3);
  await guarded.putLowerManager("down", { reveal: () => "some-value" } as never);
  await list("down");
  expect(asked).toHaveLength(4);
});
