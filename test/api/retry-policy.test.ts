import type { ConnectOptions } from "../../src/api/connect";
import type { ManagerPort } from "../../src/api/port";
import { backoff, defaultRetryPolicy, RetryBudget, retryAfter } from "../../src/api/retry-policy";
import { type Transport, TransportError, type TransportReply } from "../../src/api/transport";
import type { Random } from "../../src/platform/random";
import { connect, instantClock, rejection } from "./small-server";

const middle: Random = { next: () => 0.5, bytes: (count) => Buffer.alloc(count) };
const policy = defaultRetryPolicy;

test("delays double, are capped, and are jittered over their upper half", () => {
  const at = (next: number) =>
    [1, 2, 3, 20].map((failures) => backoff(policy, failures, { ...middle, next: () => next }));
  expect(at(0)).toEqual([125, 250, 500, 5000]);
  expect(at(0.999999)).toEqual([250, 500, 1000, 10_000]);
});

test.each([
  ["3", 3000],
  ["0", 0],
  ["86400", 60_000],
  ["Thu, 01 Jan 1970 00:00:30 GMT", 20_000],
  ["Thu, 01 Jan 1970 00:00:05 GMT", 0],
  ["Fri, 02 Jan 1970 00:00:00 GMT", 60_000],
  ["soon", undefined],
  ["1.5", undefined],
  ["-1", undefined],
  ["in 30 seconds", undefined],
  ["", undefined],
  [undefined, undefined],
])("Retry-After %s is a wait of %s ms", (header, expected) => {
  expect(retryAfter(header, 10_000, policy)).toBe(expected);
});

test("a budget is spent by retries and earned back by successes, up to its size", () => {
  const budget = new RetryBudget(2);
  budget.earn();
  expect([budget.spend(), budget.spend(), budget.spend()]).toEqual([true, true, false]);
  budget.earn();
  expect([budget.spend(), budget.spend()]).toEqual([true, false]);
});

type Step = number | TransportError | { readonly status: number; readonly after: string };

/** A transport that plays steps, one per request, and answers with an empty client list when they are used up. */
function playing(steps: readonly Step[], options: ConnectOptions = {}) {
  const left = [...steps];
  const clock = instantClock();
  const sentAt: number[] = [];
  const transport: Transport = {
    send: async () => {
      sentAt.push(clock.now());
      const step = left.shift() ?? 200;
      if (step instanceof TransportError) throw step;
      return reply(step);
    },
    close: async () => {},
  };
  const port: ManagerPort = connect("http://m", {}, { transport, clock, random: middle, ...options });
  return { port, clock, sentAt };
}

function reply(step: number | { readonly status: number; readonly after: string }): TransportReply {
  const [status, after] = typeof step === "number" ? [step, undefined] : [step.status, step.after];
  const body = status === 200 ? '{"clientIds":[]}' : "";
  return {
    status,
    headers: { "content-type": "application/json", ...(after === undefined ? {} : { "retry-after": after }) },
    body: Buffer.from(body),
  };
}

const lost = new TransportError("lost", true, "the connection broke");
const refused = new TransportError("unreachable", false, "no connection could be opened", "ECONNREFUSED");

test.each([
  ["lost connections", [lost, lost]],
  ["gateway errors", [502, 504]],
  ["internal errors without a message", [500, 500]],
])("a read is retried after %s, with growing delays", async (_what, steps) => {
  const { port, clock } = playing(steps);
  expect(await port.listClients()).toEqual([]);
  expect(clock.slept).toEqual([188, 375]);
});

test("a read is given up after four attempts with the last error", async () => {
  const { port, sentAt } = playing([lost, lost, lost, 502, 200]);
  expect(await rejection(port.listClients())).toMatchObject({ status: 502 });
  expect(sentAt).toHaveLength(4);
});

test("a read that ran into its time-out is tried once more, and not after two other faults", async () => {
  const late = new TransportError("timeout", true, "too slow");
  const twice = playing([late, late, 200]);
  expect(await rejection(twice.port.listClients())).toMatchObject({ code: "manager-timeout" });
  expect(twice.sentAt).toHaveLength(2);
  expect(await playing([late, lost, 200]).port.listClients()).toEqual([]);
  const after = playing([lost, lost, late, 200]);
  expect(await rejection(after.port.listClients())).toMatchObject({ code: "manager-timeout" });
});

test("the tries of a call share one deadline: an answer that drips until it is reached is not asked for again", async () => {
  const clock = instantClock();
  const deadlines: (number | undefined)[] = [];
  const taking = (...times: readonly number[]) => {
    const left = [...times];
    const send: Transport["send"] = async ({ deadline = 0 }) => {
      deadlines.push(deadline);
      await clock.sleep(Math.min(left.shift() ?? 0, deadline));
      throw new TransportError("timeout", true, "too slow");
    };
    const transport = { send, close: async () => {} };
    return connect("http://m", {}, { transport, clock, random: middle }).listClients();
  };

  await rejection(taking(Number.POSITIVE_INFINITY));
  expect([clock.now(), deadlines.splice(0)]).toEqual([120_000, [120_000]]);

  await rejection(taking(60_000, Number.POSITIVE_INFINITY));
  expect(deadlines).toEqual([120_000, 60_000]);
});

test("what a busy manager took to answer does not shorten the next try", async () => {
  const clock = instantClock();
  const deadlines: (number | undefined)[] = [];
  const transport: Transport = {
    send: async ({ deadline }) => {
      await clock.sleep(50_000);
      return reply(deadlines.push(deadline) < 4 ? 503 : 200);
    },
    close: async () => {},
  };
  expect(await connect("http://m", {}, { transport, clock, random: middle }).listClients()).toEqual([]);
  expect(deadlines).toEqual([120_000, 120_000, 120_000, 120_000]);
});

test.each([400, 403, 404, 413, 501, 302])("a read answered %d is not retried", async (status) => {
  const { port, sentAt } = playing([status]);
  expect(await rejection(port.listClients())).toMatchObject({ status });
  expect(sentAt).toHaveLength(1);
});

test.each([
  ["a lost connection", lost],
  ["500", 500],
  ["502", 502],
  ["503", 503],
  ["503 with Retry-After", { status: 503, after: "1" }],
  ["a time-out", new TransportError("timeout", true, "too slow")],
])("a write is never repeated after %s", async (_what, step) => {
  const { port, sentAt } = playing([step]);
  expect(await rejection(port.deleteClients(["a"]))).toMatchObject({ effect: "unknown" });
  expect(sentAt).toHaveLength(1);
});

test("a write that surely was not carried out is repeated", async () => {
  const { port, sentAt } = playing([refused, 429, { status: 429, after: "2" }, 400]);
  expect(await rejection(port.deleteClients(["a"]))).toMatchObject({ status: 400, effect: "none" });
  expect(sentAt).toHaveLength(4);
});

test("Retry-After is waited for by every call to the manager, a write's 503 included", async () => {
  const { port, sentAt } = playing([{ status: 503, after: "7" }]);
  await rejection(port.deleteClients(["a"]));
  await port.listClients();
  expect(sentAt).toEqual([0, 7000]);
});

test("a manager that stays busy is given up after ten attempts, and the write had no effect", async () => {
  const { port, sentAt } = playing(Array.from({ length: 50 }, () => 429));
  expect(await rejection(port.deleteClients(["a"]))).toMatchObject({
    status: 429,
    effect: "none",
    code: "manager-failed",
  });
  expect(sentAt).toHaveLength(10);
});

test("a manager that stays busy is given up for all calls together, after ten pauses", async () => {
  const { port, clock, sentAt } = playing(Array.from({ length: 5000 }, () => ({ status: 503, after: "3" })));
  const failures = await Promise.all(Array.from({ length: 500 }, () => rejection(port.listClients())));
  expect(sentAt.length).toBeLessThan(40);
  expect(clock.now()).toBe(30_000);
  expect(failures.at(-1)).toMatchObject({ status: 503, code: "manager-failed", effect: "none" });
  expect(failures.at(-1)?.summary).toMatch(
    /was not sent, as the manager stays busy: GET .* was answered 503/,
  );
  expect(await rejection(port.deleteClients(["a"]))).toMatchObject({ effect: "none" });
});

test.each([429, 503])(
  "pauses that %i asks for last as long as a request may, and one more try ends them",
  async (status) => {
    const hours = Array.from({ length: 500 }, () => ({ status, after: "3600" }));
    const alone = playing(hours);
    expect(await rejection(alone.port.listClients())).toMatchObject({ status, effect: "none" });
    expect(alone.sentAt).toEqual([0, 60_000, 120_000]);
    const short = { timeouts: { deadline: 6000 } };
    const quick = playing(hours, short);
    await rejection(quick.port.listClients());
    expect(quick.sentAt).toEqual([0, 6000]);
    const many = playing(hours, short);
    await Promise.all(Array.from({ length: 50 }, () => rejection(many.port.listClients())));
    expect(many.clock.now()).toBe(6000);
  },
);

test("a call that is always busy is given up likewise, beside others that are answered", async () => {
  const steps = Array.from({ length: 30 }, (_, index) => (index % 2 ? 200 : { status: 503, after: "60" }));
  const { port, sentAt } = playing(steps, { parallelism: 1, onRetry: () => void port.listClients() });
  expect(await rejection(port.listClients())).toMatchObject({ status: 503 });
  expect(sentAt).toEqual([0, 60_000, 60_000, 120_000, 120_000]);
});

test("a manager that is busy now and then is never given up", async () => {
  const { port } = playing(Array.from({ length: 100 }, (_, index) => (index % 5 < 4 ? 429 : 200)));
  for (let count = 0; count < 20; count += 1) expect(await port.listClients()).toEqual([]);
});

test("a manager that is gone is given up for all calls together", async () => {
  const { port, sentAt } = playing(
    Array.from({ length: 500 }, () => refused),
    { parallelism: 2 },
  );
  await Promise.all(Array.from({ length: 100 }, () => rejection(port.listClients())));
  expect(sentAt).toHaveLength(120);
});

test("nothing is sent once the run is cancelled, and a retry under way is not made", async () => {
  const cancel = new AbortController();
  const { port, sentAt } = playing([lost], { signal: cancel.signal, onRetry: () => cancel.abort() });
  expect(await rejection(port.listClients())).toMatchObject({
    summary: expect.stringContaining("cancelled"),
  });
  expect(await rejection(port.deleteClients(["a"]))).toMatchObject({ effect: "none" });
  expect(sentAt).toHaveLength(1);
});
