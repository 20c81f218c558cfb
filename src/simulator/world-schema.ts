import { Ajv } from "ajv";
import { answersTo, askedGapIds } from "../model/gaps";
import { messages } from "./messages";
import { agentStates, managerStates } from "./states";
import { WORLD_VERSION } from "./world-definition";

const text = (max: number, min = 1) => ({ type: "string", minLength: min, maxLength: max });
const form = (pattern: string, description: string) => ({ type: "string", pattern, description });
const ascii = (max: number) => ({ ...text(max), ...form("^[ -~]*$", "text in ASCII") });
const object = (properties: Record<string, object>, required: readonly string[] = []) => ({
  type: "object",
  properties,
  required,
  additionalProperties: false,
});
const mapOf = (additionalProperties: object, more: object = {}) => ({
  type: "object",
  additionalProperties,
  ...more,
});
const count = (maximum: number, minimum = 0) => ({ type: "integer", minimum, maximum });

const host = ascii(255);
const secrets = mapOf(ascii(1024), { propertyNames: ascii(1024), maxProperties: 1000 });
const groups = { type: "array", uniqueItems: true, items: text(64) };
const when = { enum: ["before", "after"] };

const agents = object(
  {
    host,
    os: form("^([Ww]indows|[Ll]inux)$", "windows or linux"),
    state: { enum: agentStates },
    registered: form("^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ$", "a time such as 2026-01-31T09:00:00Z"),
    addons: mapOf({ type: "boolean" }),
    resourceGroups: groups,
    secrets,
    generateSecrets: count(1000),
    connection: secrets,
  },
  ["host"],
);

const effects: Record<string, object> = {
  latency: object({ type: {}, ms: count(600_000), when }, ["ms"]),
  drop: object({ type: {}, when }, ["when"]),
  status: object(
    {
      type: {},
      status: count(599, 400),
      messageId: form("^KAJY\\d{5}-E$", "the ID of an error, such as KAJY68205-E"),
      when,
      retryAfter: { type: "string" },
    },
    ["status"],
  ),
  raw: object({ type: {}, status: count(599, 200), contentType: text(255), body: { type: "string" } }, [
    "status",
    "body",
  ]),
  warning: object(
    {
      type: {},
      messageId: { enum: Object.keys(messages).filter((id) => id.endsWith("-W")) },
      hosts: { type: "array", minItems: 1, items: host },
    },
    ["messageId", "hosts"],
  ),
  "expire-session": object({ type: {} }),
  "body-limit": object({ type: {}, bytes: count(Number.MAX_SAFE_INTEGER) }, ["bytes"]),
  interrupt: object({ type: {}, items: count(1000) }, ["items"]),
  "manager-state": object({ type: {}, host, state: { enum: managerStates } }, ["host", "state"]),
  "agent-state": object({ type: {}, host, state: { enum: agentStates } }, ["host", "state"]),
};

const edits: Record<string, object> = {
  "set-agent-secret": edit({ host, key: ascii(1024), secret: ascii(1024) }),
  "remove-agent-secret": edit({ host, key: ascii(1024) }),
  "add-agents": edit({ agents }),
  "remove-agent": edit({ host }),
  "set-agent-state": edit({ host, state: { enum: agentStates } }),
  "create-client": object({ type: {}, manager: text(255), id: clientId(), secret: ascii(1024) }, [
    "manager",
    "id",
  ]),
  "delete-client": edit({ id: clientId() }),
  "set-initial-secret": edit({ secret: ascii(1024) }),
  "set-manager-state": edit({ state: { enum: managerStates } }),
  "set-subordinates": edit({ hosts: { type: "array", items: host } }),
  "set-resource-groups": edit({ user: text(31), resourceGroups: groups }),
  "end-sessions": edit({}),
};

const anyEdit = choice(edits);

const fault = object(
  {
    manager: text(255),
    method: { enum: ["GET", "POST"] },
    path: text(1024),
    bodyIncludes: { type: "string" },
    skip: count(Number.MAX_SAFE_INTEGER),
    times: count(Number.MAX_SAFE_INTEGER, 1),
    probability: { type: "number", minimum: 0, maximum: 1 },
    effect: choice(effects),
  },
  ["effect"],
);

const manager = object(
  {
    host,
    port: count(65_535),
    version: form("^\\d\\d-\\d\\d(-\\d\\d)?$", "a version such as 13-10"),
    tls: object({ cert: text(4096), key: text(4096) }, ["cert", "key"]),
    state: { enum: managerStates },
    perRequestLogin: { type: "boolean" },
    initialSecret: ascii(1024),
    users: mapOf(
      object(
        {
          password: { type: "string", maxLength: 32 },
          permission: { enum: ["JP1_Console_Admin", "JP1_Console_Operator", "JP1_Console_User"] },
          resourceGroup: text(64),
          resourceGroups: groups,
          login: { type: "boolean" },
        },
        ["password"],
      ),
      { minProperties: 1, propertyNames: { ...text(31), ...form("^[^:]*$", "a name without a colon") } },
    ),
    clients: mapOf({ ...ascii(1024), type: ["string", "null"] }, { propertyNames: clientId() }),
    subordinates: { type: "array", uniqueItems: true, items: host },
    lowerManagers: { type: "array", uniqueItems: true, items: host },
    agents: { type: "array", items: agents },
  },
  ["host", "users"],
);

const world = object(
  {
    apiVersion: { const: WORLD_VERSION },
    seed: count(0xffff_ffff),
    bodyLimit: count(Number.MAX_SAFE_INTEGER, 1),
    snapshot: { type: "boolean" },
    behaviours: object(Object.fromEntries(askedGapIds.map((id) => [id, { enum: answersTo(id) }]))),
    managers: mapOf(manager, { minProperties: 1, propertyNames: text(255) }),
    faults: { type: "array", items: fault },
  },
  ["apiVersion", "managers"],
);

/** An Ajv with "world", "fault" and "edit". A bundle has the compiled schemas in its place (`.ci/bundling.mjs`). */
export function createAjv(): Ajv {
  const options = { allErrors: true, verbose: true, discriminator: true, allowUnionTypes: true } as const;
  return new Ajv({ ...options, code: { source: true } })
    .addSchema(world, "world")
    .addSchema(fault, "fault")
    .addSchema(anyEdit, "edit");
}

/** One of several schemas, chosen by `type`, so that errors are about the intended one. */
function choice(variants: Record<string, object>): object {
  return {
    type: "object",
    discriminator: { propertyName: "type" },
    required: ["type"],
    oneOf: Object.entries(variants).map(([type, variant]) => {
      const { properties } = variant as { properties: object };
      return { ...variant, properties: { ...properties, type: { const: type } } };
    }),
  };
}

function edit(properties: Record<string, object>): object {
  return object({ type: {}, manager: text(255), ...properties }, ["manager", ...Object.keys(properties)]);
}

function clientId(): object {
  return { ...text(280), ...form("^[ -9;-~]*$", "text in ASCII without a colon") };
}
