import { systemRandom } from "../../src/platform/random";
import type { Database } from "../../src/state/postgres/database";
import { PostgresSchedule } from "../../src/watch/postgres-schedule";
import { ManualClock } from "../platform/manual-clock";

const LEASE_MS = 30_000;

test("a replica gives a manager up when the lease that the server confirmed last has run out, and not later", async () => {
  const clock = new ManualClock();
  const database = {
    run: async (sql: string) => {
      if (sql.includes("lease_until > clock_timestamp() returning 1")) return new Promise(() => {});
      return sql.includes("to_regclass") ? [{ there: true, now: 0 }] : [{ manager: "tokyo", failures: 0 }];
    },
  } as unknown as Database;
  const parts = { database, state: "fleet", holder: "ops@build-7 1", clock, random: systemRandom };
  const turn = await (await PostgresSchedule.open(parts)).take(["tokyo"]);
  await clock.advance(LEASE_MS - 1);
  expect(turn?.lost.aborted).toBe(false);
  await clock.advance(1);
  expect(turn?.lost.aborted).toBe(true);
});
