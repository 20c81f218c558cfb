import type { Behaviours } from "../model/gaps";
import {
  errorResponse,
  Refusal,
  refusal,
  type SimulatedRequest,
  type SimulatedResponse,
  statusRefusal,
} from "./answer";
import { authenticate, type Principal, sessionCookie, sessionOf } from "./authenticate";
import type { Influence } from "./call";
import { invalid } from "./read-body";
import { restyle } from "./restyle";
import { type Route, routes } from "./routes";
import type { SimulatedManager } from "./simulated-manager";
import type { World } from "./world";

/** Processes one request completely, in one step, without any other request in between. */
export function carryOut(
  world: World,
  manager: SimulatedManager,
  request: SimulatedRequest,
  influence: Influence,
): SimulatedResponse {
  try {
    const route = routeOf(request, world.behaviours);
    requireTransport(route, request, Math.min(world.bodyLimit, influence.bodyLimit ?? world.bodyLimit));
    if (influence.expireSession === true) manager.sessions.delete(sessionCookie(request) ?? "");
    const principal = requireAccess(route, manager, request, world.behaviours);
    const user = principal?.type === "user" ? principal.user : undefined;
    const body = route.body ? parse(route, request.body) : undefined;
    const context = { world, manager, request, user, body, influence };
    return restyle(route.call(context), request.path, world.behaviours);
  } catch (error) {
    if (error instanceof Refusal) return errorResponse(error, request.path, world.clock.now());
    throw error;
  }
}

function routeOf(request: SimulatedRequest, behaviours: Behaviours): Route {
  const route = routes.get(request.path);
  if (route === undefined) throw statusRefusal(404, "there is no such resource");
  if (route.method !== request.method) {
    if (behaviours["wrong-method"] === "404") throw statusRefusal(404, "there is no such operation");
    throw statusRefusal(405, `only ${route.method} is possible here`, { allow: route.method });
  }
  return route;
}

function requireTransport(route: Route, request: SimulatedRequest, bodyLimit: number): void {
  const { headers } = request;
  if (route.method === "POST" && headers["content-length"] === undefined) {
    throw statusRefusal(411, "a POST needs Content-Length");
  }
  if (Number(headers["content-length"] ?? 0) > bodyLimit) {
    throw statusRefusal(413, `the body is longer than ${bodyLimit} bytes`);
  }
  const type = headers["content-type"];
  if ((request.body !== "" || type !== undefined) && !(typeof type === "string" && JSON_TYPE.test(type))) {
    throw statusRefusal(415, "a body has to be application/json in UTF-8");
  }
  const accepted = headers.accept;
  if (typeof accepted === "string" && !ACCEPTS_JSON.test(accepted)) {
    throw statusRefusal(406, "only application/json can be answered");
  }
  if (!route.body && request.body !== "") throw statusRefusal(400, "this call takes no body");
}

const JSON_TYPE = /^application\/json\s*(;\s*charset="?utf-8"?\s*)?$/i;
const ACCEPTS_JSON = /(^|,)\s*(application\/json|application\/\*|\*\/\*)\s*(;[^,]*)?(,|$)/i;

/** The caller; `undefined` if the call needs no permission. */
function requireAccess(
  route: Route,
  manager: SimulatedManager,
  request: SimulatedRequest,
  behaviours: Behaviours,
): Principal | undefined {
  if (route.access === "everyone") return undefined;
  if (route.access === "session" && sessionOf(manager, request) !== undefined) return undefined;
  const principal = route.access === "session" ? undefined : authenticate(manager, request, behaviours);
  if (principal === undefined) throw statusRefusal(401, "not authenticated");
  if (!mayCall(route.access, principal)) throw refusal("KAJY01000-E");
  return principal;
}

function mayCall(access: Route["access"], principal: Principal): boolean {
  if (principal.type === "initial-secret") return access === "enrolment";
  // An IM client secret opens calls that are not simulated, and manages nothing (5.2.8).
  if (principal.type === "client") return false;
  const { permission, resourceGroups } = principal.user;
  const isPartial = access === "any-group" || access === "agent-group";
  return permission === "JP1_Console_Admin" && (isPartial || resourceGroups.includes("*"));
}

function parse(route: Route, body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw invalid(route.invalid, "the body is not JSON");
  }
}
