/** One reader for each answer of the manager: from an HTTP reply to the port's types, or an `AnswerError`. */
import { isPrintableAscii, Limits, refusedText } from "../model/limits";
import { SecretValue } from "../model/secret-value";
import {
  AnswerError,
  asArray,
  asBoolean,
  asDistinct,
  asName,
  asObject,
  asString,
  type JsonObject,
  malformed,
  readJson,
} from "./answer";
import { meaningOf } from "./messages";
import type { Agent, Answer, IssuedSecret, ManagerVersion, ManagerWarning } from "./port";
import type { TransportReply } from "./transport";

/**
 * The manual gives no length for issued secrets; a text far longer than the 1,024 characters that can be sent is
 * none.
 */
const ISSUED_SECRET = { min: 1, max: 4096 };

/** Prepares a text of the manager for display: without control characters and credentials. */
export type Show = (text: string) => string;

/** The answer of `getVersion` (5.12.1). */
export function readVersion(reply: TransportReply): ManagerVersion {
  const answer = full(reply);
  return {
    productName: asName(answer.productName, "productName", 255),
    productVersion: asName(answer.productVersion, "productVersion", 255),
    apiVersion: readEach(answer.apiVersion, "apiVersion", (each, where) => asName(each, where, 255)),
  };
}

/** The answer of `login` (5.4.1): what later calls send. */
export function readSession(reply: TransportReply): {
  readonly cookie: string;
  readonly token: string;
} {
  const token = asString(full(reply).token, "token");
  if (token === "" || !isPrintableAscii(token)) throw malformed("token is not printable ASCII");
  const header = reply.headers["set-cookie"];
  for (const cookie of typeof header === "string" ? [header] : (header ?? [])) {
    const pair = /^\s*(JSESSIONID=[\x21-\x3a\x3c-\x7e]+)/.exec(cookie)?.[1];
    if (pair !== undefined) return { cookie: pair, token };
  }
  throw malformed("the answer sets no JSESSIONID cookie");
}

/** The answer of `issueInitialSecret` (5.4.3). */
export function readInitialSecret(reply: TransportReply): IssuedSecret {
  const answer = full(reply);
  return readIssued(answer, "secret");
}

/** The answer of `issueClientSecret` (5.4.5). */
export function readClientSecret(reply: TransportReply): IssuedSecret {
  const answer = full(reply);
  // The manual's Overview (3.14.8) and the chapter of the call name the field differently.
  if (answer.clientSecret !== undefined && answer.secret !== undefined) {
    throw malformed("the answer holds both clientSecret and secret");
  }
  return readIssued(answer, answer.secret === undefined ? "clientSecret" : "secret");
}

/** The answer of `listClients` (5.4.6). */
export function readClientIds(reply: TransportReply): readonly string[] {
  return readNames(full(reply).clientIds, "clientIds", Limits.clientId.max);
}

/** The answer of `listLowerManagers` (5.19.1). */
export function readLowerManagers(reply: TransportReply): readonly string[] {
  return readNames(full(reply).subManagers, "subManagers", Limits.host.max);
}

/**
 * The answer of `listAgentSecrets` (5.18.3): the keys. The two values beside each key are always empty and are
 * ignored.
 */
export function readSecretKeys(reply: TransportReply): readonly string[] {
  const secrets = asArray(full(reply).secrets, "secrets");
  const keys: string[] = new Array(secrets.length);
  for (let index = 0; index < secrets.length; index += 1) {
    const key = (secrets[index] as { readonly key?: unknown } | null)?.key;
    // Error texts are made only when needed: this code runs a million times for a large fleet.
    if (
      typeof key === "string" &&
      key !== "" &&
      key.length <= Limits.secretKey.max &&
      isPrintableAscii(key)
    ) {
      keys[index] = key;
    } else {
      throw oddKey(secrets[index], index);
    }
  }
  return asDistinct(keys, "secrets");
}

/** The answer of `listAgents` (5.18.1): with a `messageList` the agents of some managers are missing. */
export function readAgents(reply: TransportReply, show: Show): Answer<readonly Agent[]> {
  const answer = answerOf(reply);
  const agents = readEach(answer.agents, "agents", readAgent);
  asDistinct(
    agents.map((agent) => `${agent.managerHost}\n${agent.host}`),
    "agents",
  );
  const warnings = readWarnings(answer, show);
  return warnings.length === 0
    ? { complete: true, value: agents }
    : { complete: false, partial: agents, warnings };
}

/**
 * The answer of `deleteLowerManagers` (5.19.3): empty if all went well, else the hosts that were not completely
 * deleted.
 */
export function readFailedHosts(reply: TransportReply, show: Show): Answer<readonly string[]> {
  const answer = readOptional(reply);
  const warnings = readWarnings(answer, show);
  if (answer.errhostlist === undefined && warnings.length === 0) {
    requireNothingElse(answer);
    return { complete: true, value: [] };
  }
  const hosts = readNames(answer.errhostlist, "errhostlist", Limits.host.max);
  if (hosts.length === 0 && warnings.length === 0) return { complete: true, value: [] };
  return { complete: false, partial: hosts, warnings };
}

/** A 200 without a body. */
export function readNothing(reply: TransportReply): void {
  const answer = readOptional(reply);
  refuseWarnings(answer);
  requireNothingElse(answer);
}

/** The object of an answer that must be complete: a warning in it is an error. */
function full(reply: TransportReply): JsonObject {
  const answer = answerOf(reply);
  if (answer.messageList !== undefined) refuseWarnings(answer);
  return answer;
}

function readOptional(reply: TransportReply): JsonObject {
  return reply.body.length === 0 ? {} : answerOf(reply);
}

/** The object of an answer. Throws if it is an error object, whatever else it holds: the call failed. */
function answerOf(reply: TransportReply): JsonObject {
  const answer = asObject(readJson(reply), "the answer");
  const { messageId } = answer;
  if (typeof messageId !== "string" || !/^KAJY\d{5}-E$/.test(messageId)) return answer;
  const meaning = meaningOf(messageId)?.meaning ?? "an error that the manual does not give for this call";
  throw new AnswerError("failed", `${messageId}: ${meaning}`, messageId);
}

function requireNothingElse(answer: JsonObject): void {
  const odd = Object.keys(answer).filter((name) => name !== "messageList");
  if (odd.length > 0) throw malformed(`the answer holds ${odd.length} fields, where none was expected`);
}

function refuseWarnings(answer: JsonObject): void {
  const [first] = readWarnings(answer, () => "");
  if (first) throw new AnswerError("partial", `${first.messageId}: ${first.meaning}`, first.messageId);
}

function readWarnings(answer: JsonObject, show: Show): readonly ManagerWarning[] {
  if (answer.messageList === undefined) return [];
  return asArray(answer.messageList, "messageList").map((entry, index) => {
    const where = `messageList[${index}]`;
    const warning = asObject(entry, where);
    const messageId = asString(warning.messageId, `${where}.messageId`);
    if (!/^KAJY\d{5}-[A-Z]$/.test(messageId))
      throw malformed(`${where}.messageId is no ID of a KAJY message`);
    return {
      messageId,
      message: show(asString(warning.message, `${where}.message`)),
      meaning: meaningOf(messageId)?.meaning ?? "a warning that the manual does not give for this call",
    };
  });
}

function readIssued(answer: JsonObject, field: "secret" | "clientSecret"): IssuedSecret {
  const secret = asString(answer[field], field);
  const refused = refusedText(secret, ISSUED_SECRET);
  if (refused !== undefined) throw malformed(`${field} is unusable: ${refused}`);
  const lastUpdateTime = asString(answer.lastUpdateTime, "lastUpdateTime");
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(lastUpdateTime)) {
    throw malformed("lastUpdateTime is not of the form YYYY-MM-DDThh:mm:ssZ");
  }
  return { secret: new SecretValue(secret), lastUpdateTime };
}

function readNames(value: unknown, where: string, max: number): readonly string[] {
  return asDistinct(
    readEach(value, where, (name, place) => asName(name, place, max)),
    where,
  );
}

/** Reads each entry of an array. Only an entry that is refused is read again, for an error with its index. */
function readEach<T>(
  value: unknown,
  where: string,
  read: (entry: unknown, where: string) => T,
): readonly T[] {
  return asArray(value, where).map((entry, index) => {
    try {
      return read(entry, where);
    } catch {
      return read(entry, `${where}[${index}]`);
    }
  });
}

function readAgent(value: unknown, where: string): Agent {
  const agent = asObject(value, where);
  return {
    id: asString(agent.agentid, `${where}.agentid`),
    host: asName(agent.agenthost, `${where}.agenthost`, Limits.host.max),
    managerHost: asName(agent.managerhost, `${where}.managerhost`, Limits.host.max),
    os: asString(agent.os, `${where}.os`),
    addons: readEach(agent.addons, `${where}.addons`, readAddon),
  };
}

function readAddon(value: unknown, where: string): Agent["addons"][number] {
  const addon = asObject(value, where);
  return {
    name: asString(addon.addonName, `${where}.addonName`),
    // The manual prints the field once with a space at its end.
    enabled: asBoolean(addon.enabled ?? addon["enabled "], `${where}.enabled`),
  };
}

function oddKey(entry: unknown, index: number): AnswerError {
  const where = `secrets[${index}]`;
  asName(asObject(entry, where).key, `${where}.key`, Limits.secretKey.max);
  return malformed(`${where}.key holds a character outside ASCII 0x20-0x7e`);
}
