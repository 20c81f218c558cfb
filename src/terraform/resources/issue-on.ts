import { initialSecretAddress } from "../../model/address";
import type { DesiredManager } from "../../model/desired-state";
import { DiagnosticError } from "../../model/diagnostic";
import type { Plan } from "../../model/plan";
import { type Fault, FaultError, fault } from "../fault";
import type { Connection } from "../provider/connection";
import { managerName, managerSettings } from "../provider/manager-settings";
import { tls } from "../provider/provider-schema";
import type { Attribute } from "../schema/attribute";
import { openObject } from "../schema/open-object";
import { attributesOf, plainOf, type Value } from "../values/type";

/**
 * The manager that issues a lower manager's initial secret. It holds the source of a password and never the password,
 * so a plan may show it.
 */
export const issueOn: Attribute = openObject(
  "The lower manager's own REST API. The provider calls it only when it adds the lower manager: it issues a new initial secret there, and the former one stops working.",
  {
    name: {
      type: "string",
      given: "optional",
      description:
        "Name of that manager in the state's folder. If it has its own provider block, use the name from there. Default: the host name of `url`.",
    },
    url: {
      type: "string",
      given: "required",
      description: "Address of its REST API: `https://host:port`.",
    },
    host: {
      type: "string",
      given: "optional",
      description: "Its own host name. Default: the host name of `url`.",
    },
    user: { type: "string", given: "required", description: "JP1 user with `JP1_Console_Admin` on it." },
    password_source: {
      type: "dynamic",
      given: "required",
      description:
        'Source of the user\'s password: `{ file = "…" }`, `{ env = "…" }`, `{ exec = ["…"] }`, `{ sops = {…} }` or `{ vault = {…} }`.',
    },
    session: {
      type: "bool",
      given: "optional",
      description: "`false` sends the user and the password with each request, instead of opening a session.",
    },
    tls: openObject("TLS settings; paths start from the working folder.", tls),
    proxy: {
      type: "string",
      given: "optional",
      description: "HTTP proxy for requests, or `none`.",
    },
  },
);

/** The names in messages for the settings of that manager, by their paths in a file. */
const issueOnNames = {
  url: "`issue_on.url`",
  host: "`issue_on.host`",
  "auth.user": "`issue_on.user`",
  "auth.password": "`issue_on.password_source`",
  "auth.session": "`issue_on.session`",
  tls: "`issue_on.tls`",
  proxy: "`issue_on.proxy`",
};

/** Declares a lower manager, and the manager that issues its initial secret. */
export async function declareIssued(
  host: Value | undefined,
  given: Value,
  { run }: Connection,
  names: Readonly<Record<string, string>>,
): Promise<{ readonly desired: DesiredManager; readonly issuer: DesiredManager }> {
  const settings = attributesOf(given);
  const name = managerName(settings);
  if (name === run.name) {
    const summary = `\`issue_on\` has the name ${JSON.stringify(name)}, which the provider's own manager has`;
    const detail =
      "Name the lower manager itself: set `name` in it to another name, and `url` to its address.";
    throw new FaultError([fault(["issue_on", "name"], summary, detail)]);
  }
  const other = { name, settings: managerSettings(settings, plainOf(settings.password_source ?? null)) };
  const lowerManagers = [{ host, initialSecret: { issueOn: name } }];
  const declared = await run
    .declareBeside(other, { lowerManagers }, { ...names, ...issueOnNames })
    .catch(refuseItself);
  return { desired: declared.desired, issuer: declared.other };
}

/** Throws a fault at the attribute that names the provider's own manager. Rethrows any other error. */
function refuseItself(error: unknown): never {
  const diagnostics = error instanceof DiagnosticError ? error.diagnostics : [];
  const same = diagnostics.find(({ code }) => code === "duplicate-resource");
  if (same === undefined) throw error;
  const name = same.summary.includes("`host: ") ? "host" : "url";
  const summary = `\`issue_on.${name}\` is that of the provider's own manager`;
  const detail =
    "`issue_on` is the lower manager itself: set `url` to the address of the lower manager's own REST API, and `host` to its host name.";
  throw new FaultError([fault(["issue_on", name], summary, detail)]);
}

/** A warning if the issue ends an initial secret that is in use. */
export function endedSecretFaults({ changes }: Plan, issuer: DesiredManager | undefined): Fault[] {
  if (issuer === undefined) return [];
  const address = initialSecretAddress(issuer.name);
  if (!changes.some((change) => change.address === address)) return [];
  const summary = `The initial secret that ${issuer.name} has issued and delivered stops working`;
  const detail = `${address} is in the state: the configuration that manages it has to issue and deliver another one.`;
  return [fault(["issue_on"], summary, detail, "warning")];
}
