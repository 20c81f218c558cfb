import { resolve } from "node:path";
import type { DesiredTextOptions } from "../../library/desired-text";
import { DeliveryPlaces } from "../../library/manager-run/delivery-places";
import { JobClients } from "../../library/manager-run/job-clients";
import type { ManagerRun } from "../../library/manager-run/manager-run";
import type { Platform } from "../../library/platform";
import { runManager } from "../../library/run-manager";
import { lockOptions } from "../../library/state/locked";
import { stateKeyFaults } from "../../library/state/state-key";
import { formatTime } from "../../platform/clock";
import { type AttributeOf, type Fault, FaultError, fault, faultsOf, namedAttribute, toFault } from "../fault";
import { sourceFaults } from "../reference-faults";
import { nullFaults } from "../schema/null-faults";
import { attributesOf, plainOf, Unknown, type Value } from "../values/type";
import { Claims } from "./claims";
import {
  environment,
  type Given,
  namesOf,
  PASSWORD,
  STATE_KEY,
  type Variables,
  variablesOf,
  withDefaults,
} from "./environment";
import { managerName, managerSettings } from "./manager-settings";
import { providerAttributes } from "./provider-schema";
import { ShownWarnings } from "./shown-warnings";
import { unknownSettings } from "./unknown-settings";

/** A configured provider. */
export interface Connection extends OneManager {
  /** Absent if the block names none. */
  readonly manager?: OneManager | undefined;
  readonly documents: DocumentRuns;
  /** What a refresh reports for resources that do not answer. */
  readonly unreachable: "error" | "warn";
  readonly shownWarnings: ShownWarnings;
  readonly prune: "owned" | "none";
  /** In UTC. */
  readonly now: () => string;
  readonly sleep: (ms: number) => Promise<void>;
  readonly claims: Claims;
}

/** The manager of a provider block. For a block without one, every access throws a `FaultError`. */
export interface OneManager {
  readonly run: ManagerRun;
  /** Clients that exist only while a job needs them. */
  readonly jobs: JobClients;
}

/** Plans and applies documents that have managers of their own. */
export interface DocumentRuns {
  readonly options: DesiredTextOptions;
  readonly platform: Platform;
}

const settingNames = {
  url: "`url`",
  host: "`host`",
  "auth.user": "`user`",
  "auth.password": "`password_source`",
  "auth.session": "`session`",
  tls: "`tls`",
  proxy: "`proxy`",
  "policy.maxDeletes": "`policy.max_deletes`",
  "policy.maxRotations": "`policy.max_rotations`",
  policy: "`policy`",
};

/** How long to wait for the state's lock. Each alias of the provider is a separate process, and they share the lock. */
const LOCK_TIMEOUT_S = 60;

/**
 * Connects to the manager that a provider block describes. A block without one serves documents, which name their own
 * managers. Throws a `FaultError` with all faults of the block.
 */
export async function connect(config: Value, platform: Platform): Promise<Connection> {
  const given = withDefaults(config, platform.env);
  const isOfManager = hasManagerSettings(config, platform.env);
  const needed = isOfManager ? missingSettings(given) : [];
  const faults = [...unknownSettings(config), ...(await checkProvider(config, platform)), ...needed];
  if (faults.length > 0) throw new FaultError(faults);
  const own = { ...platform, ...timeoutsOf(given), env: { ...platform.env, ...secretsOf(given) } };
  const manager = isOfManager ? await openManager(given, variablesOf(config, given), own) : undefined;
  const { state, unreachable } = given;
  const folder = typeof state === "string" ? { state: absoluteState(state, platform.cwd) } : {};
  return {
    get run() {
      return (manager ?? noManager()).run;
    },
    get jobs() {
      return (manager ?? noManager()).jobs;
    },
    manager,
    documents: { options: { ...limitsOf(given), ...folder }, platform: own },
    unreachable: unreachable === "warn" ? "warn" : "error",
    shownWarnings: new ShownWarnings(),
    prune: attributesOf(given.policy).prune === "none" ? "none" : "owned",
    now: () => formatTime(platform.clock.now()),
    sleep: (ms) => platform.clock.sleep(ms, platform.signal),
    claims: new Claims(new DeliveryPlaces(own)),
  };
}

async function openManager(given: Given, variables: Variables, platform: Platform): Promise<OneManager> {
  const { state } = given;
  const options = {
    name: managerName(given),
    settings: settingsOf(given),
    names: { ...settingNames, ...namesOf(variables) },
    state: typeof state === "string" ? state : undefined,
    ...limitsOf(given),
  };
  try {
    const run = await runManager(options, platform);
    // This reports a fault of the settings once, and not once for each resource.
    await run.open();
    return { run, jobs: new JobClients(run, lockOptions({ ...options, command: "terraform" }, platform)) };
  } catch (error) {
    throw new FaultError(faultsOf(error, settingOf(given, variables)).map(withoutVariable));
  }
}

/** Finds the setting that a diagnostic is about. A setting from the environment has no place in the block. */
function settingOf(given: Given, variables: Variables): AttributeOf {
  const named = namedAttribute(Object.keys(given));
  return (diagnostic) => {
    const { summary, address = "" } = diagnostic;
    const [, file] = /^tls\.(ca|cert|key) of /.exec(summary) ?? [];
    if (file !== undefined) return ["tls", file];
    if (!address.endsWith("/auth")) return named(diagnostic);
    if ((given.password_source ?? null) !== null) return ["password_source"];
    return variables.password === undefined ? ["password"] : undefined;
  };
}

/** The run reads the password of the block as if it were in the environment, so its messages name the variable. */
function withoutVariable(each: Fault): Fault {
  if (each.attribute?.[0] !== "password") return each;
  return { ...each, summary: each.summary.replace(` (environment variable ${PASSWORD})`, "") };
}

function limitsOf({ parallelism, lock_timeout: timeout }: Given) {
  return {
    parallelism: typeof parallelism === "number" ? parallelism : undefined,
    lockTimeoutMs: 1000 * (typeof timeout === "number" ? timeout : LOCK_TIMEOUT_S),
  };
}

/** A request and its retries may take twice as long as the first answer. */
function timeoutsOf({ timeout }: Given): Pick<Platform, "timeouts"> {
  return typeof timeout === "number"
    ? { timeouts: { headers: 1000 * timeout, deadline: 2000 * timeout } }
    : {};
}

/** Relative paths in a document start from the document's folder, which may be another one. */
function absoluteState(state: string, cwd: string): string {
  return /^([a-z]+:\/\/|file:|git\+)/i.test(state) ? state : resolve(cwd, state);
}

/**
 * A block without any of these serves documents, which name their own managers. A login in the environment may be for
 * those.
 */
function hasManagerSettings(config: Value, env: Platform["env"]): boolean {
  const {
    name,
    url,
    host,
    user,
    password,
    password_source: source,
    session,
    tls,
    proxy,
  } = attributesOf(config);
  const given = [
    name,
    url ?? (env[environment.url] || null),
    host,
    user,
    password,
    source,
    session,
    tls,
    proxy,
  ];
  return given.some((each) => each !== null && each !== undefined);
}

function noManager(): never {
  const detail =
    "Only `jp1im_desired_state` works without a manager in the provider block. Set `url`, `user` and a password in it, or JP1IM_URL, JP1IM_USER and JP1IM_PASSWORD in the environment.";
  throw new FaultError([fault(undefined, "The provider block names no manager", detail)]);
}

/** Checks a provider block alone. Settings that are missing here may be in the environment of the plan. */
export async function checkProvider(config: Value, platform: Platform): Promise<readonly Fault[]> {
  const given = attributesOf(config);
  return [
    ...nullFaults(providerAttributes, given),
    ...nameFaults(given.name),
    ...passwordFaults(given),
    ...(await sourceFaults(given.password_source, ["password_source"], platform)),
    ...choiceFaults(["unreachable"], given.unreachable, ["error", "warn"]),
    ...choiceFaults(["policy", "prune"], attributesOf(given.policy).prune, ["owned", "none"]),
    ...choiceFaults(["policy", "unverified"], attributesOf(given.policy).unverified, ["write", "keep"]),
    ...keyFaults(given.state_key),
    ...rangeFaults("parallelism", given.parallelism, 1, 1000),
    ...rangeFaults("timeout", given.timeout, 1, 3600),
    ...rangeFaults("lock_timeout", given.lock_timeout, 0, 86_400),
  ];
}

/** Required settings that neither the block nor the environment has. */
function missingSettings(given: Given) {
  const missing = (name: string, variable: string) =>
    given[name] === null
      ? [
          fault(
            [name],
            `The provider needs \`${name}\``,
            `Set it here, or set ${variable} in the environment.`,
          ),
        ]
      : [];
  return [
    ...missing("url", environment.url),
    ...missing("user", environment.user),
    ...(given.password === null && given.password_source === null ? [passwordNeeded] : []),
  ];
}

const passwordNeeded = fault(
  ["password"],
  "The provider needs a password",
  "Set JP1IM_PASSWORD in the environment, `password` or `password_source`.",
);

function passwordFaults({ password = null, password_source: source = null }: Given) {
  if (password === "") return [fault(["password"], "`password` is empty", "Give it a value, or remove it.")];
  if (password === null || source === null) return [];
  return [
    fault(["password_source"], "`password` and `password_source` exclude each other", "Keep one of them."),
  ];
}

function keyFaults(key: Value | undefined) {
  const diagnostics = typeof key === "string" ? stateKeyFaults(key, "`state_key`") : [];
  return diagnostics.map((each) => toFault(each, () => ["state_key"]));
}

function choiceFaults(path: readonly string[], value: Value | undefined, choices: readonly string[]) {
  if (value === null || value === undefined || value instanceof Unknown || choices.includes(String(value)))
    return [];
  const detail = `Write one of: ${choices.map((each) => JSON.stringify(each)).join(", ")}.`;
  return [fault(path, `\`${path.join(".")}\` cannot be ${JSON.stringify(value)}`, detail)];
}

/** The same rule as for a manager's name in a file. */
function nameFaults(name: Value | undefined) {
  if (typeof name !== "string" || /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(name)) return [];
  const detail = "Write 1-100 letters, digits, `.`, `_` and `-`, beginning with a letter or a digit.";
  return [fault(["name"], `\`name\` cannot be ${JSON.stringify(name)}`, detail)];
}

function rangeFaults(name: string, value: Value | undefined, least: number, most: number) {
  if (value === null || value === undefined || value instanceof Unknown) return [];
  if (typeof value === "number" && Number.isInteger(value) && value >= least && value <= most) return [];
  return [fault([name], `\`${name}\` cannot be ${value}`, `Write a whole number from ${least} to ${most}.`)];
}

function secretsOf({ password, state_key: key }: Given): Record<string, string> {
  return {
    ...(typeof password === "string" && { [PASSWORD]: password }),
    ...(typeof key === "string" && { [STATE_KEY]: key }),
  };
}

function settingsOf(given: Given): object {
  const source = given.password_source ?? null;
  const password = source === null ? { env: PASSWORD } : plainOf(source);
  return { ...managerSettings(given, password), policy: policyOf(given) };
}

function policyOf({ policy }: Given): object {
  const { max_deletes: maxDeletes, max_rotations: maxRotations, ...others } = attributesOf(policy);
  const budgets = Object.entries({ maxDeletes, maxRotations }).flatMap(([name, value]) =>
    typeof value === "string" ? [[name, /^\d{1,9}$/.test(value) ? Number(value) : value] as const] : [],
  );
  // Terraform shows a due rotation in the plan, so it needs no further approval.
  return { ...(plainOf(others) as object), ...Object.fromEntries(budgets), rotateDue: true };
}
