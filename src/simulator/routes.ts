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
   * `everyone`: no authentication · `session`: an open session · `admin`: JP1_Console_Admin · `full-admin`: the
   * same on JP1 resource group `*` · `enrolment`: that, or the initial secret.
   */
  readonly access: "everyone" | "session" | "admin" | "full-admin" | "enrolment";
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
  "/im/api/v1/secret/generateInfo": write(issueInitialSecret, "full-admin", false),
  "/im/api/v1/secret/client/generateInfo": write(issueClientSecret, "enrolment", true, "KAJY68002-E"),
  "/im/api/v1/secret/client/list": read("GET", listClients, "full-admin"),
  "/im/api/v1/secret/client/deleteInfo": write(deleteClients, "full-admin", true, "KAJY68002-E"),
  "/im/api/v1/subManagers": read("GET", listLowerManagers, "full-admin"),
  "/im/api/v1/subManagers/createInfo": write(addLowerManager, "full-admin", true, "KAJY68012-E"),
  "/im/api/v1/subManagers/deleteInfo": write(deleteLowerManagers, "full-admin", true, "KAJY68013-E"),
  "/im/api/v1/agents": read("POST", listAgents, "admin"),
  "/im/api/v1/agents/delete": write(deleteAgents, "admin"),
  "/im/api/v1/agents/secrets": read("POST", listAgentSecrets, "full-admin", true, "KAJY68209-E"),
  "/im/api/v1/agents/secrets/change": write(changeAgentSecrets, "full-admin", true, "KAJY68209-E"),
};

/** By path: exactly these, so that a query or a slash at the end is a path that does not exist. */
export const routes: ReadonlyMap<string, Route> = new Map(Object.entries(table));
