import type { LoginAnswer, VersionInfo } from "../../api/wire";
import type { Behaviours } from "../../model/gaps";
import { Limits } from "../../model/limits";
import { accept, refusal, statusRefusal } from "../answer";
import { sessionCookie } from "../authenticate";
import { type Call, stateOf } from "../call";
import { readBody, readText } from "../read-body";
import type { SimulatedManager, SimulatedUser } from "../simulated-manager";

/** `getVersion` (5.12.1) */
export const getVersion: Call = ({ manager }) => {
  const answer: VersionInfo = {
    productName: "JP1/IM3-Manager",
    productVersion: manager.definition.version ?? "13-10",
    apiVersion: ["01.00.00"],
  };
  return accept(JSON.stringify(answer));
};

/** `login` (5.4.1) */
export const login: Call = (context) => {
  const { world, manager, influence } = context;
  const fields = readBody(context, undefined, ["user", "password"]);
  const name = readText(fields.user, undefined, "user", Limits.user);
  const password = fields.password;
  if (typeof password !== "string" || Buffer.byteLength(password) > Limits.passwordBytes.max) {
    throw statusRefusal(400, `"password" is not a string of at most ${Limits.passwordBytes.max} bytes`);
  }
  if (stateOf(manager, influence) === "authentication-down") throw refusal("KAJY52002-E");
  const user = manager.users.get(name.toLowerCase());
  if (user === undefined || user.password !== password) throw refusal("KAJY52001-E");
  if (!user.login) throw refusal("KAJY52004-E");
  makeWay(manager, user, world.behaviours.sessions);
  const [cookie, token, jp1token, clientId] = Array.from({ length: 4 }, () => manager.newSecret());
  if (cookie === undefined || token === undefined || jp1token === undefined || clientId === undefined) {
    throw refusal("KAJY52003-E");
  }
  manager.sessions.set(cookie, { token, user });
  // Removes the oldest session if clients keep logging in without logging out.
  const [oldest] = manager.sessions.keys();
  if (manager.sessions.size > MAX_SESSIONS && oldest !== undefined) manager.sessions.delete(oldest);
  const answer: LoginAnswer = {
    jp1user: user.name,
    jp1token,
    token,
    clientId,
    permissions: [user.permission],
  };
  return accept(JSON.stringify(answer), { "set-cookie": `JSESSIONID=${cookie}; Path=/im; HttpOnly` });
};

/** What a login does to the user's other sessions. */
function makeWay({ sessions }: SimulatedManager, user: SimulatedUser, rule: Behaviours["sessions"]): void {
  const own = [...sessions].filter((session) => session[1].user === user);
  if (rule === "refused" && own.length > 0) throw refusal("KAJY52004-E");
  if (rule === "one") for (const [cookie] of own) sessions.delete(cookie);
}

/** `logout` (5.4.2) */
export const logout: Call = ({ manager, request }) => {
  manager.sessions.delete(sessionCookie(request) ?? "");
  return accept("true");
};

const MAX_SESSIONS = 1000;
