import type { ManagerSettings } from "../../api/connect";
import type { ManagerPort } from "../../api/port";
import type { Auth, DesiredManager } from "../../model/desired-state";
import { SecretValue } from "../../model/secret-value";
import type { SecretResolver } from "../../secrets/port";
import { credentialsOf, reachOf, routeOf } from "../inputs/connect-declared";
import type { Platform } from "../platform";
import type { Replies } from "./replies";

/** The ports to one manager, one for each login, opened on demand and closed together. */
export class Ports {
  readonly #ports = new Map<Auth["method"] | "none", Promise<ManagerPort>>();
  #reach: Promise<Omit<ManagerSettings, "credentials">> | undefined;

  constructor(
    private readonly manager: DesiredManager,
    private readonly secrets: SecretResolver,
    private readonly replies: Replies,
    private readonly platform: Platform,
  ) {}

  /** The connection settings. Rejects with a `DiagnosticError` for files and settings that cannot be used. */
  reach(): Promise<Omit<ManagerSettings, "credentials">> {
    const { manager, platform } = this;
    this.#reach ??= (async () => reachOf(manager, routeOf(manager, platform).proxy, platform))();
    return this.#reach;
  }

  /** For the call that needs no login; the credentials are never sent. */
  anonymous(): Promise<ManagerPort> {
    return this.#port("none", async () => ({
      ...{ method: "session", user: "", password: new SecretValue("") },
    }));
  }

  of(auth: Auth): Promise<ManagerPort> {
    return this.#port(auth.method, () => credentialsOf(this.manager, auth, this.secrets));
  }

  async close(): Promise<void> {
    const ports = await Promise.allSettled(this.#ports.values());
    await Promise.all(ports.map((port) => (port.status === "fulfilled" ? port.value.close() : undefined)));
  }

  #port(
    name: Auth["method"] | "none",
    credentials: () => Promise<ManagerSettings["credentials"]>,
  ): Promise<ManagerPort> {
    const port = this.#ports.get(name) ?? this.#open(credentials);
    this.#ports.set(name, port);
    return port;
  }

  async #open(credentials: () => Promise<ManagerSettings["credentials"]>): Promise<ManagerPort> {
    const { clock, random, signal, report, transport } = this.platform;
    const { connectManager } = await import("../../api/connect.js");
    const settings = { ...(await this.reach()), credentials: await credentials() };
    return connectManager(settings, {
      ...{ clock, random, signal, parallelism: 1 },
      transport: transport?.(this.manager),
      // Doctor reports the result of the first attempt.
      retry: { attempts: 1, busyAttempts: 1 },
      onExchange: report,
      onReply: (reply, took) => this.replies.add(reply, took, clock.now()),
    });
  }
}
