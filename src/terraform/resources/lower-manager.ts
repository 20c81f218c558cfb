import type { ManagerPart } from "../../library/manager-run/manager-part";
import { lowerManagerAddress, parseAddress } from "../../model/address";
import { emptied } from "../../model/declared";
import { isSameHost } from "../../model/host";
import { Limits } from "../../model/limits";
import { SecretValue } from "../../model/secret-value";
import { type AttributeOf, type Fault, FaultError, fault, namedAttribute } from "../fault";
import type { Connection } from "../provider/connection";
import { sourceFaults } from "../reference-faults";
import { attributePaths } from "../schema/attribute";
import { hclText } from "../values/hcl";
import { attributesOf, isKnown, unknown, type Value } from "../values/type";
import { adopt } from "./adopt";
import { carryOut, removePart } from "./carry-out";
import { claimFaults, takenOverResult } from "./claim-faults";
import { identifyingHost, namedIdentity } from "./identity";
import { declareIssued, endedSecretFaults, issueOn } from "./issue-on";
import { keysBelowFaults } from "./keys-below";
import { withManagerCheck } from "./manager-check";
import { planFaults } from "./plan-faults";
import type { Attrs, Imported, PlannedChange, ResourceType, Result } from "./resource-type";
import {
  applyWithTakeover,
  destroyUnlessTakenOver,
  takenOverWarnings,
  takeoverFaults,
  takeoverOf,
  writtenMeanwhileFault,
} from "./takeover";
import { unreachableFault } from "./unreachable-faults";
import { refuse, valueFaults } from "./value-faults";
import { wrongAddress } from "./wrong-address";

const names = { "lowerManagers[0].host": "`host`", "lowerManagers[0].initialSecret": "`initial_secret_wo`" };
const named = namedAttribute([...attributePaths({ issue_on: issueOn }), "host", "initial_secret_wo"]);
const attributeOf: AttributeOf = (diagnostic) => {
  const { code, severity } = diagnostic;
  return code === "host-mismatch" && severity === "error" ? ["issue_on", "url"] : named(diagnostic);
};
/** Nothing else may run at the same time, because agents come and go with their lower manager. */
const options = { alone: true, attributeOf };

export const lowerManager: ResourceType = {
  name: "jp1im_lower_manager",
  description:
    "A manager under this integrated manager. Register it as a subordinate in IM Configuration Management first.",
  attributes: {
    host: {
      type: "string",
      given: "required",
      replaces: true,
      isHost: true,
      description: "Its host name, as IM Configuration Management knows it.",
    },
    initial_secret_wo: {
      type: "string",
      given: "optional",
      sensitive: true,
      writeOnly: true,
      description:
        "The lower manager's own initial secret, instead of `issue_on`. One of the two is required to add the lower manager; an imported one needs neither. Neither plan nor state contains it. A changed secret shows in `fingerprint` by itself, and the provider sends it.",
    },
    issue_on: issueOn,
    address: { type: "string", given: "computed", description: "The resource's address." },
    fingerprint: {
      type: "string",
      given: "computed",
      description: "A keyed digest of the initial secret that was sent; null with `issue_on`.",
    },
  },
  identity: namedIdentity(
    "host",
    identifyingHost("required", "The lower manager's host name."),
    lowerManagerAddress,
  ),
  validate: async (config, platform) => {
    const { password_source: source } = attributesOf(config.issue_on);
    const path = ["issue_on", "password_source"];
    return [...validate(config), ...(await sourceFaults(source, path, platform))];
  },
  read: withManagerCheck(read),
  plan,
  apply,
  async destroy(state, connection, token) {
    const { run, prune, claims } = connection;
    if (prune === "none") return { state: null };
    const address = lowerManagerAddress(run.name, await hostAsAdded(String(state.host), connection));
    const id = claimId(address);
    return claims.release([id], token, async (left) => {
      if (left.size === 0) return takenOverResult(address);
      const kept = await keysBelowFaults(String(state.host), connection);
      if (kept.length > 0) return { state, faults: kept };
      const desired = await run.declare({}, {});
      const part = { desired, targets: [address], mode: "destroy", isKnown: true } as const;
      return destroyUnlessTakenOver(address, token, connection, () =>
        removePart(part, state, connection, options),
      );
    });
  },
  async planDestroy(state, connection, token) {
    const address = lowerManagerAddress(connection.run.name, String(state.host));
    return connection.prune === "none" ? [] : takenOverWarnings(address, token, connection);
  },
  import: importLowerManager,
};

function validate({ initial_secret_wo: secret, issue_on: issuer }: Attrs): readonly Fault[] {
  // An unknown value may become null.
  if (isGiven(secret) && isGiven(issuer) && isKnown(secret) && isKnown(issuer)) return [oneOfTwo];
  return valueFaults(["initial_secret_wo"], secret, Limits.initialSecret);
}

const isGiven = (value: Value | undefined) => value !== null && value !== undefined;

const oneOfTwo = fault(
  ["initial_secret_wo"],
  "Exactly one of `initial_secret_wo` and `issue_on` is needed",
  "`initial_secret_wo` is an existing initial secret; `issue_on` is the manager that issues a new one. An imported lower manager needs neither.",
);

/** An existing lower manager needs no secret, because nothing is sent. */
function isSecretless({ initial_secret_wo: secret, issue_on: issuer }: Attrs): boolean {
  return !isGiven(secret) && !isGiven(issuer);
}

async function read(state: Attrs, connection: Connection): Promise<Result> {
  const address = lowerManagerAddress(connection.run.name, String(state.host));
  try {
    const hosts = await connection.run.answers.names("lower-manager");
    const isThere = hosts.some((host) => isSameHost(host, String(state.host)));
    return { state: isThere ? { ...state, address } : null };
  } catch (error) {
    return { state, faults: unreachableFault(error, address, connection) };
  }
}

async function plan(change: PlannedChange, connection: Connection): Promise<Result> {
  const { prior, config, next, token } = change;
  const claimed = claimFaultsOf(config, token, connection);
  if (!isKnown(config))
    return { state: { ...next, address: unknown, fingerprint: unknown }, faults: claimed };
  if (isSecretless(config)) return { state: await kept(prior, next, connection), faults: claimed };
  const part = await declaredPart(config, prior, connection);
  const planned = await connection.run.plan(part);
  const computed = computedAttributes(config, connection);
  // The plan also shows an equal value that has to be sent again.
  const isSent = planned.changes.length > 0 && prior?.fingerprint === computed.fingerprint;
  const state = { ...next, ...computed, ...(isSent && { fingerprint: unknown }) };
  const faults = [
    ...planFaults(planned, connection, (diagnostic) =>
      diagnostic.address === part.issuer?.name ? ["issue_on"] : attributeOf(diagnostic),
    ),
    ...endedSecretFaults(planned, part.issuer),
    ...claimed,
    ...(await takeoverFaults(await recordedAddress(config, connection), change, planned, connection, [
      "host",
    ])),
  ];
  return { state, faults };
}

/** Keeps a lower manager as it is, without a request. Throws a `FaultError` if the lower manager does not exist. */
async function kept(prior: Attrs | undefined, next: Attrs, connection: Connection): Promise<Attrs> {
  if (!prior) throw new FaultError([await cannotAddFault(String(next.host), connection)]);
  return { ...next, address: prior.address ?? null, fingerprint: prior.fingerprint ?? null };
}

async function cannotAddFault(host: string, { run }: Connection): Promise<Fault> {
  const listed = (await run.answers.names("lower-manager")).find((each) => isSameHost(each, host));
  if (listed === undefined) return oneOfTwo;
  const id = hclText(lowerManagerAddress(run.name, listed));
  const detail = `An \`import\` block with \`id = ${id}\` takes it over as it is, without an initial secret. If the resource has one, the provider sends it.`;
  return fault(
    ["host"],
    `The lower manager ${listed} exists already, but is not in Terraform's state`,
    detail,
  );
}

async function apply(change: PlannedChange, connection: Connection): Promise<Result> {
  const { prior, config, next } = change;
  if (isSecretless(config)) return { state: await kept(prior, next, connection) };
  const address = await recordedAddress(config, connection);
  await connection.claims.waitForDeletions([claimId(address)]);
  const part = await declaredPart(config, prior, connection);
  const takeover = await takeoverOf(address, change, connection);
  const { outcome, faults, hasFailed } = await carryOut(part, connection, options);
  if (hasFailed) return { state: prior ?? null, faults };
  if (!prior && !takeover && outcome.summary.applied === 0)
    refuse([writtenMeanwhileFault(address, ["host"])]);
  // An issue locks two managers, and no other lock may be held around it.
  return applyWithTakeover(takeover, connection, async () => ({
    state: { ...next, ...computedAttributes(config, connection) },
    faults,
  }));
}

/** The address in the state's spelling. */
async function recordedAddress({ host }: Attrs, { run }: Connection): Promise<string> {
  const address = lowerManagerAddress(run.name, String(host));
  const all = [...(await run.state()).records()];
  return all.find((each) => claimId(each.address) === claimId(address))?.address ?? address;
}

/** Equal for all spellings, because host names ignore case. */
function claimId(address: string): string {
  return address.toLowerCase();
}

function claimFaultsOf({ host }: Attrs, token: string, connection: Connection): Fault[] {
  if (typeof host !== "string") return [];
  const { name } = connection.run;
  const address = lowerManagerAddress(name, host);
  const id = claimId(address);
  const typeName = lowerManager.name;
  return claimFaults({ typeName, address, id, attribute: ["host"], token }, connection);
}

/** The host in the manager's spelling. The declared spelling may have changed since it was added. */
async function hostAsAdded(host: string, { run }: Connection): Promise<string> {
  if ((await run.state()).record(lowerManagerAddress(run.name, host))) return host;
  return (await run.answers.names("lower-manager")).find((each) => isSameHost(each, host)) ?? host;
}

function computedAttributes({ host, initial_secret_wo: secret }: Attrs, { run }: Connection): Attrs {
  const address = lowerManagerAddress(run.name, String(host));
  if (secret === null) return { address, fingerprint: null };
  return { address, fingerprint: run.fingerprint(`${address}/terraform`, new SecretValue(String(secret))) };
}

async function declaredPart(
  config: Attrs,
  prior: Attrs | undefined,
  connection: Connection,
): Promise<ManagerPart> {
  refuse(validate(config));
  const { host, initial_secret_wo: secret, issue_on: given = null } = config;
  const { desired, issuer } =
    given === null
      ? { desired: await declareGiven(host, secret, connection), issuer: undefined }
      : await declareIssued(host, given, connection, names);
  const targets = desired.lowerManagers.map((each) => lowerManagerAddress(desired.name, each.host));
  const { lowerManagers } = desired;
  return { desired: { ...emptied(desired), lowerManagers }, targets, issuer, isKnown: prior !== undefined };
}

async function declareGiven(host: Value | undefined, secret: Value | undefined, { run }: Connection) {
  const desired = await run.declare({ lowerManagers: [{ host, initialSecret: { env: "UNUSED" } }] }, names);
  const source = { type: "literal", value: new SecretValue(String(secret)) } as const;
  const initialSecret = { from: "source", source } as const;
  return { ...desired, lowerManagers: desired.lowerManagers.map((each) => ({ ...each, initialSecret })) };
}

async function importLowerManager(address: string, connection: Connection, token: string): Promise<Imported> {
  const { run } = connection;
  const parsed = parseAddress(address);
  if (parsed?.kind !== "lower-manager" || parsed.manager !== run.name)
    throw wrongAddress(address, `${run.name}/lower-manager/HOST`);
  // An import does not read the value.
  const lowerManagers = [{ host: parsed.host, initialSecret: { env: "UNUSED" } }];
  await adopt(
    { desired: await run.declare({ lowerManagers }, names), targets: [address] },
    connection,
    token,
  );
  return { state: { host: parsed.host, address } };
}
