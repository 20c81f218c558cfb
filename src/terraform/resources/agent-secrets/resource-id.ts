import { isDeepStrictEqual } from "node:util";
import { agentAddress, agentsOf } from "../../../model/address";
import { isSameHost } from "../../../model/host";
import type { Connection } from "../../provider/connection";
import { isKnown, unknown, type Value } from "../../values/type";
import type { Attrs } from "../resource-type";

/** The agent's address, or the address of all agents with the selector. Unknown if an attribute of it is unknown. */
export function resourceId(config: Attrs, prior: Attrs | undefined, { run }: Connection): Value {
  const deciding = Object.fromEntries(NAMES.map((name) => [name, config[name] ?? null]));
  if (!isKnown(deciding)) return unknown;
  const { host, match, manager_host: managerHost, os, addons } = deciding;
  if (typeof host === "string") {
    const above = String(managerHost ?? run.host);
    const isSpelled =
      prior && isSameHost(`${prior.host}`, host) && isSameHost(`${prior.manager_host}`, above);
    return (isSpelled && prior.id) || agentAddress(run.name, { host, managerHost: above });
  }
  // An ID of an earlier version has only the pattern. It stays until the selector changes.
  const isSame = prior && NAMES.every((name) => isDeepStrictEqual(prior[name] ?? null, deciding[name]));
  if (isSame && typeof prior.id === "string") return prior.id;
  const more = Object.entries({ manager_host: managerHost, os, addons }).flatMap(([name, value]) =>
    value === null ? [] : [`&${name}=${Array.isArray(value) ? value.join(",") : value}`],
  );
  return `${agentsOf(run.name)}?match=${match}${more.join("")}`;
}

/** The ID of a resource after a rename of its manager. */
export function ofManager(id: Value | undefined, { name }: { readonly name: string }): Value {
  // A manager's name contains no slash.
  return typeof id === "string" ? id.replace(/^[^/]*/, () => name) : (id ?? null);
}

const NAMES = ["host", "match", "manager_host", "os", "addons"];
