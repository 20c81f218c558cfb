import { durationBetween, wholeNumber } from "./option-values";
import { Setting } from "./setting";
import { RUN, SCOPE } from "./setting-groups";

/** Managers at the same time: each has connections of its own. */
const MAX_CONCURRENCY = 1000;
/** A shorter interval would be a load test of the manager; a longer one than a day is a job for cron. */
const INTERVALS = ["1s", "24h"] as const;

export const watchSettings = (): Setting[] => [
  new Setting("--zone <name>", "only managers that declare this network zone; repeatable", {
    env: "JP1IM_ZONE",
    group: SCOPE,
    list: true,
  }),
  new Setting("--mode <mode>", "whether to compare, or to apply as well", {
    env: "JP1IM_WATCH_MODE",
    group: RUN,
    choices: ["drift", "apply"],
    defaultText: "drift",
  }),
  new Setting("--interval <duration>", "from one reconciliation of a manager to the next: 30s, 5m, 1h", {
    env: "JP1IM_WATCH_INTERVAL",
    group: RUN,
    parse: durationBetween(...INTERVALS),
    defaultText: "5m",
  }),
  new Setting("--once", "reconcile each manager once and exit", { env: "JP1IM_ONCE", group: RUN }),
  new Setting("--concurrency <n>", "managers that are reconciled at the same time, at most", {
    env: "JP1IM_CONCURRENCY",
    group: RUN,
    parse: wholeNumber(MAX_CONCURRENCY),
    defaultText: "32",
  }),
];
