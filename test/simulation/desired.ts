/** Desired states as data: how they are drawn, written down, and what they ask of each agent. */
import { wildcard } from "../../src/resources/agent-secrets/selection";
import type { Chance } from "./chance";
import { TEMPLATE } from "./lifetimes";
import { CLIENTS, HOST_OF, KEYS, OTHER_MANAGER, VARIABLES } from "./world";

export interface DesiredChoice {
  readonly clients: Readonly<Record<string, ClientChoice>>;
  /** Generations by manager; absent where none is declared to be delivered. */
  readonly initialSecrets: Readonly<{ tokyo?: number; osaka?: number }>;
  /** `osaka` is asked for its own initial secret, that of `nagoya` has a source. */
  readonly lowerManagers: readonly ("osaka" | "nagoya")[];
  /** Environment variables by key, by place: a host, `batch-*`, or `Linux` for all of that system. */
  readonly agents: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly policy: PolicyChoice;
}

export interface ClientChoice {
  readonly generation: number;
  readonly sink: "one" | "two" | "moved";
  readonly rotateAfterHours?: number;
  /** It is declared by the template, which gives it its ID. */
  readonly isGenerated?: true;
}

export interface PolicyChoice {
  readonly prune: "owned" | "none" | "all";
  readonly unverified: "write" | "keep";
  readonly protect: readonly string[];
  readonly maxDeletes: string | number;
  readonly maxRotations: string | number;
  readonly rotateDue?: boolean;
}

/** Patterns that fit only what others have made. */
const PROTECTED = ["guarded*"];

/** One for each kind, exact or with what is below. */
const PROTECTED_ADDRESSES = [
  "tokyo/client/c*",
  "tokyo/lower-manager/*",
  `tokyo/agent/${HOST_OF.tokyo}/web01`,
  `tokyo/agent/${HOST_OF.tokyo}/batch-*/secret/k1`,
] as const;

export const NOTHING: DesiredChoice = {
  clients: {},
  initialSecrets: {},
  lowerManagers: [],
  agents: {},
  policy: {
    prune: "owned",
    unverified: "write",
    protect: PROTECTED,
    maxDeletes: "100%",
    maxRotations: "100%",
  },
};

/** `hosts` are all that exist: one that does not would stay unknown for ever. */
export function randomDesired(chance: Chance, hosts: ReadonlySet<string>): DesiredChoice {
  const keys = (names: readonly string[], share: number) =>
    Object.fromEntries(chance.some(names, share).map((key) => [key, chance.pick(VARIABLES)]));
  const lowerManagers = chance.some(["osaka", "nagoya"] as const, 40);
  const client = (id: string) => [
    id,
    { generation: chance.int(1, 2), sink: chance.weighted({ one: 6, two: 2, moved: 1 }) },
  ];
  return {
    clients: Object.fromEntries(chance.some(CLIENTS, 45).map(client)),
    initialSecrets: {
      ...(chance.percent(25) && { tokyo: chance.int(1, 2) }),
      ...(chance.percent(25) && { osaka: chance.int(1, 2) }),
    },
    lowerManagers,
    agents: {
      web01: keys(KEYS, 45),
      web02: keys(["k1", "k2"], 45),
      // Together they pass what an agent may hold.
      ...(hosts.has("full01") && { full01: keys(["n1", "n2", "n3", "n4", "n5", "n6"], 55) }),
      "batch-*": keys(["k1", "k/3"], 40),
      "batch-01": keys(["k1", "k2"], 40),
      Linux: keys(["s1", "s2"], 35),
      // Only a manager that is declared to be added shows its agents for certain.
      ...(hosts.has("edge01") &&
        lowerManagers.includes("osaka") && { edge01: keys(["k1", "foreign.key"], 40) }),
    },
    policy: randomPolicy(chance),
  };
}

function randomPolicy(chance: Chance): PolicyChoice {
  return {
    prune: chance.weighted({ owned: 6, none: 1, all: 1 }),
    unverified: chance.weighted({ write: 5, keep: 1 }),
    protect: [
      ...PROTECTED,
      ...(chance.percent(15) ? [chance.pick(["k1", "c1", "s*", "immhost-osaka"])] : []),
      ...(chance.percent(15) ? [chance.pick(PROTECTED_ADDRESSES)] : []),
    ],
    maxDeletes: chance.weighted({ "100%": 4, "10%": 1 }),
    maxRotations: chance.weighted({ "100%": 4, "10%": 1 }),
  };
}

/** The policy of a person who has read a refusal: nothing passes a budget, and nothing declared is protected. */
export function withoutRefusals(desired: DesiredChoice): DesiredChoice {
  const { policy } = desired;
  return { ...desired, policy: { ...policy, protect: PROTECTED, maxDeletes: 10_000, maxRotations: 10_000 } };
}

/** A pattern with a slash is one of addresses, and protects all below what it matches. */
export function isProtected({ protect }: PolicyChoice, name: string, address: string): boolean {
  const segments = address.split("/");
  const places = segments.map((_, index) => segments.slice(0, index + 1).join("/"));
  return protect.some((pattern) =>
    pattern.includes("/") ? places.some(wildcard(pattern)) : wildcard(pattern)(name),
  );
}

/** The files that a client's secret goes to, relative to the document's folder. */
export function sinkFiles(id: string, { sink, isGenerated }: ClientChoice): string[] {
  const name = isGenerated ? TEMPLATE.name : id.replace("/", "-");
  if (sink === "moved") return [`out/moved/${name}`];
  return sink === "two" ? [`out/${name}`, `out/second/${name}`] : [`out/${name}`];
}

/** Key to environment variable, for one agent as it is now: the more specific place wins. */
export function declaredKeys(
  { agents }: DesiredChoice,
  agent: { readonly host: string; readonly os: string; readonly managerHost: string },
): ReadonlyMap<string, string> {
  const isEdge = agent.managerHost === HOST_OF.osaka;
  const places = [
    agent.os === "linux" ? "Linux" : "",
    agent.host.startsWith("batch-") && !isEdge ? "batch-*" : "",
    isEdge === (agent.host === "edge01") ? agent.host : "",
  ];
  return new Map(places.flatMap((place) => Object.entries(agents[place] ?? {})));
}

/** What a document says beside the desired state. */
export interface DocumentChoice {
  readonly misled?: "url" | "url and host" | undefined;
  /** Of a server that keeps the state. */
  readonly stateAddress?: string | undefined;
  /** The file of the audit trail. */
  readonly trail?: string | undefined;
  /** Some agents are in a file of their own. */
  readonly isSplit?: boolean;
  /** What they declare contradicts the first file. */
  readonly contradicts?: boolean;
}

/** The places whose agents are in the second file. */
const SECOND_PLACES = ["web02", "batch-01", "Linux"];

/** The documents by the names of their files, as people write them: such YAML is read in a fraction of the time of JSON. */
export function documentsOf(
  desired: DesiredChoice,
  choice: DocumentChoice,
): Readonly<Record<string, string>> {
  if (!choice.isSplit) return { "jp1im.yaml": documentOf(desired, choice) };
  const placesOf = (isSecond: boolean) =>
    Object.entries(desired.agents).filter(([place]) => SECOND_PLACES.includes(place) === isSecond);
  const repeated = choice.contradicts ? contradiction(desired) : undefined;
  const second = toYaml({
    apiVersion: "jp1im/v1",
    managers: { tokyo: { agents: [...placesOf(true), ...(repeated ? [repeated] : [])].flatMap(entryOf) } },
  });
  const first = documentOf({ ...desired, agents: Object.fromEntries(placesOf(false)) }, choice);
  return { "jp1im.yaml": first, "agents.yaml": second };
}

/** A key of the first file as the second one would declare it again; `undefined` where the first declares no key. */
export function contradiction({
  agents,
}: DesiredChoice): [place: string, keys: Record<string, string>] | undefined {
  for (const [place, keys] of Object.entries(agents)) {
    const [key, variable] = Object.entries(keys)[0] ?? [];
    const other = VARIABLES.find((name) => name !== variable);
    if (key !== undefined && other !== undefined && !SECOND_PLACES.includes(place))
      return [place, { [key]: other }];
  }
  return undefined;
}

function documentOf(
  { clients, initialSecrets, lowerManagers, agents, policy }: DesiredChoice,
  { misled, stateAddress, trail }: DocumentChoice,
): string {
  const auth = { user: "jp1admin", password: { env: "PASSWORD" } };
  const manager = (name: keyof typeof HOST_OF) => ({
    url: `http://${name}.test:20703`,
    host: HOST_OF[name],
    auth,
  });
  const initialSecret = (name: "tokyo" | "osaka") => {
    const generation = initialSecrets[name];
    return generation === undefined
      ? {}
      : { initialSecret: { generation, deliverTo: { file: `out/${name}.initial` } } };
  };
  return toYaml({
    apiVersion: "jp1im/v1",
    ...(stateAddress !== undefined && { state: { http: { address: stateAddress } } }),
    ...(trail !== undefined && { audit: { file: trail } }),
    managers: {
      tokyo: {
        ...manager("tokyo"),
        ...(misled && { url: `http://${OTHER_MANAGER.name}.test:20703` }),
        ...(misled === "url and host" && { host: OTHER_MANAGER.host }),
        policy,
        ...initialSecret("tokyo"),
        clients: Object.entries(clients).map(([id, client]) => ({
          ...(client.isGenerated ? { idTemplate: TEMPLATE.text, overlap: TEMPLATE.overlap } : { id }),
          ...(client.rotateAfterHours && { rotateAfter: `${client.rotateAfterHours}h` }),
          generation: client.generation,
          deliverTo: sinkOf(sinkFiles(id, client)),
        })),
        lowerManagers: lowerManagers.map((name) => ({
          host: HOST_OF[name],
          initialSecret: name === "osaka" ? { issueOn: "osaka" } : { env: "NAGOYA_INITIAL" },
        })),
        agents: Object.entries(agents).flatMap(entryOf),
      },
      // The initial secret of `nagoya` has a source, so that nobody has to reach it.
      osaka: { ...manager("osaka"), auth: { ...auth, session: false }, ...initialSecret("osaka") },
    },
  });
}

function toYaml(document: object): string {
  const lines = Object.entries(document).map(([key, value]) => `${key}: ${JSON.stringify(value)}`);
  return `${lines.join("\n").replace(/"([\w./-]+)":/g, "$1: ")}\n`;
}

function sinkOf(files: readonly string[]) {
  const sinks = files.map((file) => ({ file }));
  return sinks.length === 1 ? sinks[0] : sinks;
}

/** The entry of one place; none without keys. */
function entryOf([place, keys]: readonly [place: string, keys: Readonly<Record<string, string>>]) {
  const secrets = Object.fromEntries(Object.entries(keys).map(([key, env]) => [key, { env }]));
  return Object.keys(keys).length > 0 ? [{ ...selectorOf(place), secrets }] : [];
}

function selectorOf(place: string) {
  if (place === "batch-*") return { match: place, managerHost: HOST_OF.tokyo };
  if (place === "Linux") return { match: "*", os: place };
  return place === "edge01" ? { host: place, managerHost: HOST_OF.osaka } : { host: place };
}
