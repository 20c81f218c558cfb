import type { AgentsList, ClientList, IssuedClientSecret } from "../api/wire";
import type { Behaviours } from "../model/gaps";
import type { SimulatedResponse } from "./answer";
import { accept } from "./answer";
import { inOrder } from "./key-list";

/** The answer of a call as a manager of these behaviours would write it: the same content in another form. */
export function restyle(
  response: SimulatedResponse,
  path: string,
  behaviours: Behaviours,
): SimulatedResponse {
  const style = styles[path];
  const body = style?.(response.body, behaviours);
  return body === undefined ? response : { ...response, ...accept(body) };
}

type Style = (body: string, behaviours: Behaviours) => string | undefined;

const styles: Readonly<Record<string, Style>> = {
  "/im/api/v1/agents": styledAgents,
  "/im/api/v1/agents/secrets/change": (body, behaviours) =>
    body === "" && behaviours["change-answer"] === "object" ? "{}" : undefined,
  "/im/api/v1/secret/client/list": (body, { "client-order": order = "created" }) => {
    if (order === "created") return undefined;
    const { clientIds } = JSON.parse(body) as ClientList;
    return JSON.stringify({ clientIds: inOrder(clientIds, (id) => id, order) });
  },
  "/im/api/v1/secret/client/generateInfo": (body, { "client-secret-field": field = "clientSecret" }) => {
    if (field === "clientSecret") return undefined;
    const { clientSecret, ...rest } = JSON.parse(body) as IssuedClientSecret;
    return JSON.stringify({
      clientSecret: field === "both" ? clientSecret : undefined,
      secret: clientSecret,
      ...rest,
    });
  },
};

function styledAgents(body: string, behaviours: Behaviours): string | undefined {
  const isCapitalised = behaviours["os-case"] === "capitalised";
  const hasSpace = behaviours["addon-field"] === "enabled-and-space";
  if (!isCapitalised && !hasSpace) return undefined;
  const { agents, ...rest } = JSON.parse(body) as AgentsList;
  const styled = agents.map(({ os, addons, ...agent }) => ({
    ...agent,
    os: isCapitalised ? os.charAt(0).toUpperCase() + os.slice(1) : os,
    addons: addons.map(({ enabled, ...addon }) => ({
      ...addon,
      [hasSpace ? "enabled " : "enabled"]: enabled,
    })),
  }));
  return JSON.stringify({ agents: styled, ...rest });
}
