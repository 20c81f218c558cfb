import { type Transport, TransportError } from "../../src/api/transport";
import {
  type DesiredManager,
  type Platform,
  type WatchEvent,
  type WatchOptions,
  watch,
} from "../../src/index";
import type { WatchMode } from "../../src/model/watch";
import { DesiredSource } from "../../src/watch/desired-source";
import { Watcher, type WatcherParts } from "../../src/watch/watcher";
import { Rig } from "../rig/rig";
import { tokyoWorld, tokyoYaml } from "../rig/tokyo";
import { VirtualClock } from "../rig/virtual-clock";

export const MINUTE = 60_000;
const START = Date.UTC(2030, 0, 1);

/** Tokyo with one client and Osaka with another; settings of a manager are added to it. */
export function bothYaml(own: Readonly<Record<string, object>> = {}): string {
  const client = (id: string) => ({ clients: [{ id, deliverTo: { file: `out/${id}` } }] });
  const { managers, ...rest } = JSON.parse(tokyoYaml(client("app")));
  const tokyo = { ...managers.tokyo, ...own.tokyo };
  const { url: _url, host: _host, ...shared } = managers.tokyo;
  const osaka = {
    ...shared,
    ...{ url: "http://osaka.test:20703", host: "immhost-osaka" },
    ...client("edge"),
    ...own.osaka,
  };
  return JSON.stringify({ ...rest, managers: { tokyo, osaka } });
}

export async function bothRig(own: Readonly<Record<string, object>> = {}): Promise<Rig> {
  const rig = await Rig.create(tokyoWorld({}));
  await rig.write("jp1im.yaml", bothYaml(own));
  return rig;
}

/** A watch in virtual time. It ends by itself when the events say so, or after a day. */
export class Watched {
  readonly clock = new VirtualClock(START);
  readonly events: WatchEvent[] = [];
  /** When each manager was logged in to, in minutes. */
  readonly begun = new Map<string, number[]>();
  /** How long each request to a manager takes, in milliseconds. */
  readonly delays = new Map<string, number>();
  onRequest: (path: string) => void = () => {};
  readonly #stop = new AbortController();

  constructor(
    readonly rig: Rig,
    public until: (event: WatchEvent, watched: Watched) => unknown = () => {},
  ) {}

  /** Minutes since it began. */
  get minutes(): number {
    return (this.clock.now() - START) / MINUTE;
  }

  stop(): void {
    this.#stop.abort();
  }

  async run(options: Partial<WatchOptions> = {}, own: Partial<Platform> = {}) {
    const report = (event: WatchEvent) => {
      this.events.push(event);
      if (this.until(event, this) === true || this.minutes > 24 * 60) this.stop();
    };
    const outer = this.rig.platform();
    const platform = { ...outer, clock: this.clock, signal: this.#stop.signal, ...own };
    // The pauses are exactly the interval.
    const random = { ...outer.random, next: () => 0.5 };
    const transport = (manager: DesiredManager) => this.#transport(manager, platform);
    return watch({ files: ["jp1im.yaml"], report, ...options }, { ...platform, random, transport });
  }

  #transport(manager: DesiredManager, platform: Platform): Transport {
    return slowed(platform, manager, ({ path }) => {
      if (path.endsWith("/login"))
        this.begun.set(manager.name, [...(this.begun.get(manager.name) ?? []), this.minutes]);
      this.onRequest(path);
      return this.clock.sleep(this.delays.get(manager.name) ?? 0);
    });
  }

  /** `tokyo in-sync`, one for each cycle that was reported. */
  cycles(manager?: string): string[] {
    return this.events.flatMap((event) =>
      event.event === "cycle" && (manager ?? event.manager) === event.manager
        ? [`${event.manager} ${event.status}`]
        : [],
    );
  }
}

/** The platform's transport, which waits before each request. */
function slowed(
  platform: Platform,
  manager: DesiredManager,
  wait: (request: Parameters<Transport["send"]>[0]) => Promise<unknown>,
): Transport {
  const inner = platform.transport?.(manager);
  if (inner === undefined) throw new Error("the rig has a transport");
  const send: Transport["send"] = async (request) => {
    await wait(request);
    if (request.signal?.aborted) throw new TransportError("abandoned", true, "it was given up");
    return inner.send(request);
  };
  return { ...inner, send };
}

/** A watcher of both, by default in mode `drift`, each minute, whose schedule is the test's. */
export async function watcherOn(
  state: WatcherParts["state"],
  clock: VirtualClock,
  {
    requestMs = 0,
    mode = "drift",
    ...own
  }: { readonly once?: boolean; readonly requestMs?: number; readonly mode?: WatchMode } = {},
) {
  const rig = await bothRig();
  const options = { files: ["jp1im.yaml"], ...own };
  const stop = new AbortController();
  const outer = rig.platform();
  const transport = (manager: DesiredManager) =>
    slowed(outer, manager, ({ signal }) => clock.sleep(requestMs, signal));
  const platform = { ...outer, clock, signal: stop.signal, transport };
  const events: WatchEvent[] = [];
  const { source } = await DesiredSource.open(options, platform);
  const watcher = new Watcher({
    ...{
      options,
      mode,
      intervalMs: MINUTE,
      lockTimeoutMs: 0,
      concurrency: 8,
      source,
      state,
      platform,
    },
    report: (event) => events.push(event),
    onCycle: () => {},
  });
  const after = (minutes: number, work: () => unknown) => void clock.sleep(minutes * MINUTE).then(work);
  return { rig, events, watcher, after, stop };
}
