import { InvalidArgumentError } from "commander";
import { RUN, SCOPE } from "./groups";
import { EnvOption } from "./option";
import { durationBetween, wholeNumber } from "./values";

/** Limit for managers at the same time: each has its own connections. */
const MAX_CONCURRENCY = 1000;
/** A shorter interval would load the manager too much; for more than a day, use cron. */
const INTERVALS = ["1s", "24h"] as const;

/** Loopback: the metrics name managers, and there is no password. */
const DEFAULT_LISTEN = "127.0.0.1:9813";

export const watchOptions = (): EnvOption[] => [
  new EnvOption("--zone <name>", "only managers that declare this network zone; repeatable", {
    env: "JP1IM_ZONE",
    group: SCOPE,
    list: true,
    names: "zone",
  }),
  new EnvOption("--mode <mode>", "whether to compare, or to apply as well", {
    env: "JP1IM_WATCH_MODE",
    group: RUN,
    choices: ["drift", "apply"],
    defaultText: "drift",
  }),
  new EnvOption("--interval <duration>", "from one reconciliation of a manager to the next: 30s, 5m, 1h", {
    env: "JP1IM_WATCH_INTERVAL",
    group: RUN,
    parse: durationBetween(...INTERVALS),
    defaultText: "5m",
  }),
  new EnvOption("--once", "reconcile each manager once and exit", { env: "JP1IM_ONCE", group: RUN }),
  new EnvOption("--listen <host:port>", "where /metrics, /healthz and /readyz are served; off for nowhere", {
    env: "JP1IM_LISTEN",
    group: RUN,
    parse: listenAddress,
    defaultText: `${DEFAULT_LISTEN}; off with --once`,
  }),
  new EnvOption("--concurrency <n>", "managers that are reconciled at the same time, at most", {
    env: "JP1IM_CONCURRENCY",
    group: RUN,
    parse: wholeNumber(MAX_CONCURRENCY),
    defaultText: "32",
  }),
];

/** Where `watch` listens: the value of `--listen`, by default loopback; nowhere with `--once`. */
export function listenOf({ listen, once }: { readonly listen?: Listen; readonly once?: boolean }) {
  const address = listen ?? (once ? OFF : listenAddress(DEFAULT_LISTEN));
  return address === OFF ? undefined : address;
}

const OFF = "off";

export type Listen = typeof OFF | { readonly host: string; readonly port: number };

function listenAddress(text: string): Listen {
  if (text === OFF) return OFF;
  const [, v6, host = v6, port = ""] = /^(?:\[([\da-f:]+)\]|([\w.-]+)):(\d{1,5})$/i.exec(text) ?? [];
  if (host !== undefined && Number(port) <= MOST_PORT) return { host, port: Number(port) };
  throw new InvalidArgumentError("It takes HOST:PORT, such as 127.0.0.1:9813 or [::1]:9813, or off.");
}

const MOST_PORT = 65_535;
