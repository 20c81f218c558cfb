import { RequestQueue } from "../../src/api/queue";
import { instantClock } from "./small-server";

test("places are given at once while there are any, then in the order of asking", async () => {
  const queue = new RequestQueue(2, instantClock());
  expect([queue.acquire(), queue.acquire()]).toEqual([undefined, undefined]);
  const order: number[] = [];
  const third = queue.acquire()?.then(() => order.push(3));
  const fourth = queue.acquire()?.then(() => order.push(4));
  expect([third, fourth]).not.toContain(undefined);
  await Promise.resolve();
  expect(order).toEqual([]);
  queue.release();
  queue.release();
  await Promise.all([third, fourth]);
  expect(order).toEqual([3, 4]);
});

test("a busy manager gets a pause and half as many requests, once for a burst, and recovers", async () => {
  const clock = instantClock();
  const queue = new RequestQueue(8, clock);
  queue.busy(1000);
  queue.busy(500);
  expect(queue.limit).toBe(4);
  await queue.acquire();
  expect(clock.slept).toEqual([1000]);
  queue.release();
  for (let count = 0; count < 30; count += 1) queue.succeeded();
  expect(queue.limit).toBe(8);
});

test("at least one request stays possible however busy the manager is", async () => {
  const queue = new RequestQueue(8, instantClock());
  for (let count = 0; count < 10; count += 1) {
    queue.busy(10);
    await queue.acquire();
    queue.release();
  }
  expect(queue.limit).toBe(1);
});

test("a longer pause that begins within a shorter one is waited for as well", async () => {
  const clock = instantClock();
  const queue = new RequestQueue(1, clock);
  queue.busy(100);
  const place = queue.acquire();
  queue.busy(700);
  await place;
  // The clock jumped by the first pause the moment it began, and the second one counts from there.
  expect(clock.slept).toEqual([100, 700]);
});

test("a cancelled run does not wait for a pause", async () => {
  const cancel = new AbortController();
  const queue = new RequestQueue(1, instantClock(), cancel.signal);
  queue.busy(1000);
  cancel.abort();
  expect(queue.acquire()).toBeUndefined();
});

test("a pause is no longer where the host's clock is set back", async () => {
  const clock = instantClock();
  let now = 10_000_000;
  const queue = new RequestQueue(1, { ...clock, now: () => now });
  queue.busy(1000);
  now -= 3_600_000;
  await queue.acquire();
  expect(clock.slept).toEqual([1000]);
});
