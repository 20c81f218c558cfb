import { ManagerError } from "../../src/api/manager-error";
import { UnreachableHosts } from "../../src/engine/observe/unreachable-hosts";

test("once the time is used up, only hosts whose last answer was good are asked", async () => {
  let now = 0;
  const clock = { now: () => now, elapsed: () => now, sleep: async () => {} };
  const hosts = new UnreachableHosts(clock, 1);
  const failing = async (): Promise<never> => {
    now += 5 * 60_000;
    const request = "POST agents/secrets";
    throw new ManagerError({
      ...{
        manager: "tokyo",
        request,
        code: "manager-failed",
        effect: "none",
        summary: "it failed",
        status: 500,
      },
    });
  };
  const answering = async () => "an answer";
  await hosts.ask("a", answering);
  await hosts.ask("b", answering);
  await expect(hosts.ask("a", failing)).rejects.toThrow("it failed");
  const call = jest.fn(answering);
  await expect(hosts.ask("a", call)).rejects.toThrow("not asked");
  await expect(hosts.ask("c", call)).rejects.toThrow("not asked");
  expect(call).not.toHaveBeenCalled();
  expect(await hosts.ask("b", call)).toBe("an answer");
});
