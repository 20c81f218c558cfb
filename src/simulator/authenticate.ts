import type { Behaviours } from "../model/gaps";
import type { SimulatedRequest } from "./answer";
import type { Session, SimulatedManager, SimulatedUser } from "./simulated-manager";

/** Who sent a request (5.2.8). */
export type Principal =
  | { readonly type: "user"; readonly user: SimulatedUser }
  | { readonly type: "initial-secret" }
  | { readonly type: "client"; readonly id: string };

const INITIAL_SECRET_ID = "MANAGER_initial";

/** `undefined` if the request has no credentials, or wrong ones. */
export function authenticate(
  manager: SimulatedManager,
  request: SimulatedRequest,
  behaviours: Behaviours = {},
): Principal | undefined {
  const session = sessionOf(manager, request);
  if (session !== undefined) return { type: "user", user: session.user };
  const credentials = bearer(request);
  if (credentials === undefined) return undefined;
  const decoded = Buffer.from(credentials, "base64").toString("utf8");
  const colon = decoded.indexOf(":");
  if (colon < 1) return undefined;
  const takesUsers =
    behaviours["request-login"] === undefined
      ? manager.perRequestLogin
      : behaviours["request-login"] === "accepted";
  return identify(manager, decoded.slice(0, colon), decoded.slice(colon + 1), takesUsers);
}

/** The session whose cookie and token the request carries, both of them. */
export function sessionOf(manager: SimulatedManager, request: SimulatedRequest): Session | undefined {
  const id = sessionCookie(request);
  const session = id === undefined ? undefined : manager.sessions.get(id);
  return session !== undefined && session.token === bearer(request) ? session : undefined;
}

export function sessionCookie(request: SimulatedRequest): string | undefined {
  const header = request.headers.cookie;
  return typeof header === "string" ? /(?:^|;\s*)JSESSIONID=([^;\s]+)/.exec(header)?.[1] : undefined;
}

function identify(
  manager: SimulatedManager,
  id: string,
  secret: string,
  takesUsers: boolean,
): Principal | undefined {
  if (id === INITIAL_SECRET_ID) {
    return secret === manager.initialSecret ? { type: "initial-secret" } : undefined;
  }
  const user = manager.users.get(id.toLowerCase());
  // Without its authentication server, a manager cannot check JP1 users.
  const checksUsers = takesUsers && manager.state !== "authentication-down";
  if (checksUsers && user?.password === secret) return { type: "user", user };
  return manager.clients.get(id) === secret ? { type: "client", id } : undefined;
}

function bearer(request: SimulatedRequest): string | undefined {
  const header = request.headers.authorization;
  return typeof header === "string" && header.startsWith("Bearer ") ? header.slice(7) : undefined;
}
