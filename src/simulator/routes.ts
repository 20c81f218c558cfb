import type { WirePath } from "../api/wire";
import type { Call } from "./call";
import { changeAgentSecrets, listAgentSecrets } from "./calls/agent-secrets";
import { deleteAgents, listAgents } from "./calls/agents";
import { deleteClients, issueClientSecret, issueInitialSecret, listClients } from "./calls/client-secrets";
import { addLowerManager, deleteLowerManagers, listLowerManagers } from "./calls/lower-managers";
import { getVersion, login, logout } from "./calls/session";
import type { ErrorId } from "./messages";

export interface Route {
  readonly method: "GET" | "POST";
  readonly call: Call;
  /**
   * `everyone`: no authentication · `session`: an open session · `all-groups`: JP1_Console_Admin on JP1 resource group
   * `*` · `enrolment`: that, or the initial secret · `any-group`: JP1_Console_Admin on some group · `agent-group`: on
   * the agent's own, which the call checks itself.
   */
  readonly access: "everyone" | "session" | "all-groups" | "enrolment" | "any-group" | "agent-group";
  readonly body: boolean;
  /** The call's own message for an invalid body; a plain 400 where it has none. */
  readonly invalid?: ErrorId;
  /** Whether it can change the world. */
  readonly writes: boolean;
}

type Method = Route["method"];

const read = (method: Method, call: Call, access: Route["access"], body = false, invalid?: ErrorId): Route =>
  invalid === undefined
    ? { method, call, access, body, writes: false }
    : { method, call, access, body, invalid, writes: false };

const write = (call: Call, access: Route["access"], body = true, invalid?: ErrorId): Route => ({
  ...read("POST", call, access, body, invalid),
  writes: true,
});

const table: Readonly<Record<WirePath, Route>> = {
  "/im/api/version": read("GET", getVersion, "everyone"),
  "/im/api/v1/login": read("POST", login, "everyone", true),
  "/im/api/v1/logout": read("POST", logout, "session"),
  "/im/api/v1/secret/generateInfo": write(issueInitialSecret, "all-groups", false),
  "/im/api/v1/secret/client/generateInfo": write(issueClientSecret, "enrolment", true, "KAJY68002-E"),
  "/im/api/v1/secret/client/list": read("GET", listClients, "all-groups"),
  "/im/api/v1/secret/client/deleteInfo": write(deleteClients, "all-groups", true, "KAJY68002-E"),
  "/im/api/v1/subManagers": read("GET", listLowerManagers, "all-groups"),
  "/im/api/v1/subManagers/createInfo": write(addLowerManager, "all-groups", true, "KAJY68012-E"),
  "/im/api/v1/subManagers/deleteInfo": write(deleteLowerManagers, "all-groups", true, "KAJY68013-E"),
  "/im/api/v1/agents": read("POST", listAgents, "any-group"),
  "/im/api/v1/agents/delete": write(deleteAgents, "agent-group"),
  "/im/api/v1/agents/secrets": read("POST", listAgentSecrets, "agent-group", true, "KAJY68209-E"),
  "/im/api/v1/agents/secrets/change": write(changeAgentSecrets, "agent-group", true, "KAJY68209-E"),
};

/** By path: exactly these, so that a query or a slash at the end is a path that does not exist. */
export const routes: ReadonlyMap<string, Route> = new Map(Object.entries(table));
