/** The three ways to authenticate to a manager (manual 5.2.8). */
import { SecretValue } from "../model/secret-value";
import type { Call } from "./call";
import { readSession } from "./decode";
import { ManagerError } from "./manager-error";
import type { LoginRequest } from "./wire";

/** The credentials for a manager; the values are resolved already. */
export type Credentials =
  /** The JP1 user on every call. */
  | { readonly method: "user"; readonly user: string; readonly password: SecretValue }
  /** The JP1 user once, and its session from then on. */
  | { readonly method: "session"; readonly user: string; readonly password: SecretValue }
  /** Permits *issue an IM client secret* and nothing else. */
  | { readonly method: "initial-secret"; readonly secret: SecretValue };

/** The headers that authenticate a request, and every secret in them. */
export interface Pass {
  readonly method: Credentials["method"] | "none";
  readonly headers: Readonly<Record<string, string>>;
  readonly secrets: readonly SecretValue[];
}

export interface Authentication {
  /** The same object until it is renewed; a promise only while a login is under way. */
  pass(): Pass | Promise<Pass>;
  /**
   * After a 401, which `error` describes: whether a call that was refused with `pass` may be sent again with a new
   * one.
   */
  renew(pass: Pass, error: ManagerError): boolean;
  /** Ends the session, where there is one. */
  close(): Promise<void>;
}

/** The headers that every request has. */
const COMMON = { accept: "application/json", "accept-language": "en", "content-type": "application/json" };

/** Sends the calls that a session itself needs. */
export interface SessionCalls {
  run<T>(call: Call<T>, authentication: Authentication): Promise<T>;
  /** Sends once, also after the run was cancelled, and ignores a failure. */
  runLast(call: Call<unknown>, pass: Pass): Promise<void>;
}

export function authenticate(credentials: Credentials, calls: SessionCalls): Authentication {
  switch (credentials.method) {
    case "user":
      return new PerRequest(bearerPass("user", credentials.user, credentials.password));
    case "initial-secret":
      return new PerRequest(bearerPass("initial-secret", "MANAGER_initial", credentials.secret));
    case "session":
      return new Session(credentials.user, credentials.password, calls);
  }
}

const NO_PASS: Pass = { method: "none", headers: COMMON, secrets: [] };

/** For the calls that need no authentication. */
export const anonymous: Authentication = { pass: () => NO_PASS, renew: () => false, close: async () => {} };

/**
 * Sends the same credentials with each request. After one refusal it sends them no more: the manager locks users
 * after a few failures.
 */
class PerRequest implements Authentication {
  readonly #pass: Pass;
  #refused: ManagerError | undefined;

  constructor(pass: Pass) {
    this.#pass = pass;
  }

  pass(): Pass {
    if (this.#refused) throw this.#refused;
    return this.#pass;
  }

  renew(_pass: Pass, error: ManagerError): boolean {
    this.#refused ??= error;
    return false;
  }

  async close(): Promise<void> {}
}

function bearerPass(method: Pass["method"], id: string, secret: SecretValue): Pass {
  const token = Buffer.from(`${id}:${secret.reveal()}`).toString("base64");
  return {
    method,
    headers: { ...COMMON, authorization: `Bearer ${token}` },
    secrets: [secret, new SecretValue(token)],
  };
}

/** Logs in when the first call needs it, and again after a 401; calls at the same time share one login. */
class Session implements Authentication {
  readonly #user: string;
  readonly #password: SecretValue;
  readonly #calls: SessionCalls;
  #current: Pass | Promise<Pass> | undefined;
  #refused: ManagerError | undefined;

  constructor(user: string, password: SecretValue, calls: SessionCalls) {
    this.#user = user;
    this.#password = password;
    this.#calls = calls;
  }

  pass(): Pass | Promise<Pass> {
    this.#current ??= this.#logIn();
    return this.#current;
  }

  renew(pass: Pass): boolean {
    // If another call has renewed the session already, a refused call uses the new one.
    if (this.#current === pass) this.#current = undefined;
    return true;
  }

  async close(): Promise<void> {
    const current = await Promise.resolve(this.#current).catch(() => undefined);
    this.#current = undefined;
    if (current) await this.#calls.runLast(LOGOUT, current);
  }

  async #logIn(): Promise<Pass> {
    // A user that was refused once is not tried again: JP1/Base locks users after a few failures.
    if (this.#refused) throw this.#refused;
    try {
      const { cookie, token } = await this.#calls.run(loginCall(this.#user, this.#password), anonymous);
      const pass: Pass = {
        method: "session",
        headers: { ...COMMON, authorization: `Bearer ${token}`, cookie },
        secrets: [
          this.#password,
          new SecretValue(token),
          new SecretValue(cookie.slice("JSESSIONID=".length)),
        ],
      };
      this.#current = pass;
      return pass;
    } catch (error) {
      this.#current = undefined;
      if (error instanceof ManagerError && isFinal(error)) this.#refused = error;
      throw error;
    }
  }
}

/**
 * Whether the manager refused the user or its password. False if its authentication server failed, which may recover.
 */
function isFinal({ details }: ManagerError): boolean {
  const { code, messageId } = details;
  return code === "manager-denied" && messageId !== "KAJY52002-E" && messageId !== "KAJY52003-E";
}

/** `login` (5.4.1). Opening a session twice does no harm, so the call is retried like a read. */
function loginCall(user: string, password: SecretValue): Call<{ cookie: string; token: string }> {
  return {
    method: "POST",
    resource: "login",
    kind: "read",
    confidential: true,
    body: JSON.stringify({ user, password: password.reveal() } satisfies LoginRequest),
    read: readSession,
  };
}

/** `logout` (5.4.2). */
const LOGOUT: Call<void> = { method: "POST", resource: "logout", kind: "read", read: () => {} };
