import { isRefused, ManagerError } from "../../api/manager-error";
import type { OnWrite, WriteToSend } from "../../api/port";
import type { RawPort } from "../../api/raw-port";
import type { DesiredManager } from "../../model/desired-state";
import type { SecretResolver } from "../../secrets/port";
import { settingsOf } from "../inputs/connect-declared";
import type { Platform } from "../platform";

/** The connections of a probe. They count requests, and know whether each write was answered. */
export class ProbeConnections {
  requests = 0;
  /** When the last write with an unknown outcome was sent: the manager may still carry it out. */
  openWriteAt: number | undefined;
  /** Called before each write; if it rejects, nothing is sent. */
  beforeWrite: (() => Promise<void>) | undefined;
  readonly #open = new Set<RawPort>();

  constructor(
    private readonly manager: DesiredManager,
    private readonly secrets: SecretResolver,
    private readonly platform: Platform,
    private readonly onWrite: OnWrite | undefined,
  ) {}

  /**
   * `signal`: once aborted, nothing more is sent. `method`: another login than the declared one, by the same user.
   * `onLogin` is called at each login.
   */
  async open(
    signal: AbortSignal,
    { method, onLogin }: { readonly method?: "session" | "user"; readonly onLogin?: () => void } = {},
  ): Promise<RawPort> {
    const { manager, secrets, platform } = this;
    const { clock, random, report } = platform;
    const { connectRaw } = await import("../../api/raw-port.js");
    const settings = await settingsOf(withLogin(manager, method), secrets, platform);
    const raw = connectRaw(settings, {
      ...{ clock, random, signal, parallelism: 1 },
      onWrite: (write) => this.#watch(write),
      transport: platform.transport?.(manager),
      onExchange: (exchange) => {
        this.requests += 1;
        if (exchange.path.endsWith("/login")) onLogin?.();
        report(exchange);
      },
    });
    this.#open.add(raw);
    return raw;
  }

  async #watch(write: WriteToSend): ReturnType<OnWrite> {
    await this.beforeWrite?.();
    const recordEnd = await this.onWrite?.(write);
    return async (end) => {
      if (isOpen(end.error)) this.openWriteAt = this.platform.clock.now();
      await recordEnd?.(end);
    };
  }

  /** Logs out everywhere. Call it before another login, because a manager may allow only one session. */
  async close(): Promise<void> {
    await Promise.all([...this.#open].map((raw) => raw.close()));
    this.#open.clear();
  }
}

/**
 * Whether the outcome is unknown: after a lost connection, a time-out and a proxy's error, but not after the
 * manager's own message.
 */
function isOpen(error: unknown): boolean {
  if (error === undefined || isRefused(error)) return false;
  if (!(error instanceof ManagerError)) return true;
  const { status, messageId } = error.details;
  return status === undefined || (status >= 500 && messageId === undefined);
}

function withLogin(manager: DesiredManager, method: "session" | "user" | undefined): DesiredManager {
  const { auth } = manager;
  return method === undefined || auth.method === "initial-secret"
    ? manager
    : { ...manager, auth: { ...auth, method } };
}
