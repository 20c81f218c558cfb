import { demandsOf, loginDemands } from "../../engine/values/value-demands";
import { emptied, loginOf, resourcesOf } from "../../model/declared";
import type {
  DesiredManager,
  DesiredState,
  ExternalReference,
  SecretReference,
  StateSettings,
} from "../../model/desired-state";
import { type Diagnostic, failure } from "../../model/diagnostic";
import { serverOf, type Trusted } from "../../secrets/trusted-resolver";
import type { Platform } from "../platform";
import { type InputOptions, readDesired } from "./inputs";

/** What a run may do with an unreviewed desired state. */
export interface Review extends Omit<Trusted, "resolver" | "projectFolder"> {
  /** The same desired state, with the connections of trusted managers from the trusted one. */
  readonly desired: DesiredState;
  /** By manager: why it is not asked. */
  readonly refused: ReadonlyMap<string, Diagnostic>;
}

/**
 * Reads a desired state and compares it with the one in `trust`, which the caller trusts. A manager with the same
 * name and URL in both may be asked, with the login, the certificates and all other connection settings from `trust`.
 * The state's place comes from there, too, and only environment variables that it uses for settings are read. Without
 * `trust` no manager may be asked.
 */
export async function readUnreviewed(
  options: InputOptions & { readonly trust?: readonly string[] | undefined },
  platform: Platform,
): Promise<Review> {
  const { files, trust } = options;
  const trusted = trust && (await readTrusted(trust, platform));
  const reading = trusted ? { ...options, trust: trusted.inputs.map(({ path }) => path) } : options;
  const desired = await readDesired(reading, platform, trusted?.variables ?? new Set());
  const noTrust = nothingTrusted(files);
  const refused = new Map<string, Diagnostic>();
  const managers = new Map<string, DesiredManager>();
  const logins = new Set<SecretReference>();
  for (const [name, manager] of desired.managers) {
    const reviewed = trusted?.managers.get(name);
    if (reviewed?.url !== manager.url) {
      refused.set(name, trusted ? notTrusted(manager, reviewed) : noTrust);
      managers.set(name, manager);
      continue;
    }
    const { auth } = reviewed;
    logins.add(loginOf(auth));
    managers.set(name, connectedAs(manager, reviewed));
  }
  const { state: _state, audit: _audit, ...rest } = desired;
  const state = trusted ? trusted.state : unvouched(desired.state, options);
  return {
    // A plan writes nothing that an audit trail would record, and the trail's program is not trusted.
    desired: { ...rest, managers, state },
    refused,
    logins,
    servers: trusted ? sourcesOnServers(trusted) : [],
    onRefused: serverWarnings(trusted !== undefined, platform),
  };
}

/** An untrusted server must not get the credentials of the state. A place that the caller names is trusted. */
function unvouched(state: StateSettings | undefined, options: InputOptions): StateSettings | undefined {
  if (state === undefined || isOfTheMachine(state)) return state;
  if (options.state !== undefined) return undefined;
  throw failure({
    code: "not-trusted",
    summary:
      "the state is on a server that only this desired state names, and a run without secrets sends no credential there",
    remedy:
      "add `--trust PATH` with a reviewed copy of the desired state, or name the state with --state URL",
  });
}

/**
 * Whether a place leads to no server, or to one that the checkout's own settings name: git's remotes are not part of
 * a change.
 */
function isOfTheMachine(state: StateSettings): boolean {
  return state.at === "local" || (state.at === "git" && /^[\w.-]*$/.test(state.remote ?? ""));
}

async function readTrusted(files: readonly string[], platform: Platform): Promise<DesiredState> {
  if (files.includes("-")) {
    throw failure({
      code: "usage",
      summary: "--trust takes no standard input",
      remedy: "name the reviewed files with --trust FILE or --trust FOLDER",
    });
  }
  // Its warnings were shown at its review.
  return readDesired({ files }, { ...platform, report: () => {} });
}

/** The declared resources of one manager, with the connection settings of the other. */
function connectedAs(manager: DesiredManager, trusted: DesiredManager): DesiredManager {
  const { host, policy, position } = manager;
  return { ...emptied(trusted), ...resourcesOf(manager), host, policy, position };
}

function sourcesOnServers({ managers }: DesiredState): readonly ExternalReference[] {
  return [...managers.values()]
    .flatMap((manager) => [...loginDemands(manager), ...demandsOf(manager, () => true)])
    .flatMap(({ reference }) => (!("value" in reference) && serverOf(reference) ? [reference] : []));
}

function nothingTrusted(files: readonly string[]): Diagnostic {
  // Suggests only names that a shell reads without quotes.
  const isPlain = files.every((file) => /^[\w./][\w./-]*$/.test(file));
  const itself = files.map((file) => `--trust ${file}`).join(" ");
  return {
    code: "not-trusted",
    severity: "warning",
    summary:
      "the plan is made from the state alone: --no-secrets logs in only to managers that --trust allows, and there is no --trust",
    remedy: `add \`--trust PATH\` with a reviewed copy of the desired state, which a pipeline takes from the protected branch; ${isPlain ? `\`${itself}\` trusts it as it is; ` : ""}\`--refresh=false\` asks no manager`,
  };
}

function notTrusted(
  { name, url, position }: DesiredManager,
  trusted: DesiredManager | undefined,
): Diagnostic {
  const why =
    trusted === undefined
      ? `--trust does not declare it, here it is at ${url}`
      : `--trust declares it at ${trusted.url}, and here it is at ${url}`;
  return {
    code: "not-trusted",
    severity: "warning",
    summary: `${name} is planned from the state alone: ${why}`,
    remedy: `review the URL; ${name} is asked there once what --trust names declares it so`,
    address: name,
    position,
  };
}

/** Warns of each server once, for all of its values. */
function serverWarnings(hasTrust: boolean, { report }: Platform): Trusted["onRefused"] {
  const named = new Set<string>();
  return (reference) => {
    const server = serverOf(reference);
    const shown = server?.describe(reference.options);
    if (shown === undefined || named.has(shown)) return;
    named.add(shown);
    const why = hasTrust
      ? `no source that --trust declares has the same ${server?.settingNames}`
      : "--no-secrets sends a token only where --trust allows it, and there is no --trust";
    report({
      type: "diagnostic",
      diagnostic: {
        code: "not-trusted",
        severity: "warning",
        summary: `${shown} is not asked for versions: ${why}`,
        remedy:
          "add --trust PATH, where PATH is a reviewed copy of the desired state that uses this server in the same way",
      },
    });
  };
}
