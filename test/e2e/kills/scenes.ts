import { mustHere } from "../here";
import { Stage } from "../stage";

/** What is killed, what stood before, and what has to be true after one more run. */
export interface Scene {
  readonly name: string;
  /** The command that is killed. */
  readonly killed: string;
  /** Finds nothing to do once all is well; `plan --detailed-exitcode` by default. */
  readonly idle?: string;
  /** Whatever moment it is killed at, what was in sync stays so, even before the one more run. */
  readonly unharmed?: boolean;
  /** What cannot be put right without a person: how that is told, and what the person then does. */
  readonly beyondHelp?: { readonly says: RegExp; readonly wayOut: (stage: Stage) => void };
  open(): Promise<Stage>;
  /** What of ours is on the managers and in the sinks in the end. */
  readonly end: End;
}

export interface End {
  /** Secrets in sinks, by file, with how to find the valid one. */
  readonly delivered: Readonly<Record<string, (truth: Truth) => string | undefined>>;
  readonly clients: readonly string[];
  readonly agentSecrets: Readonly<Record<string, string>>;
  readonly lowerManagers: readonly string[];
}

export type Truth = NonNullable<ReturnType<Stage["simulator"]["truth"]>["managers"][string]>;

const OUR_CLIENTS = ["app", "extra"];
const OUR_KEYS = ["smtp.password", "old.key"];

const WORLD = `
apiVersion: jp1im-simulator/v1
seed: 3
managers:
  tokyo:
    host: immhost01
    initialSecret: first-initial
    users: { jp1admin: { password: tokyo-pass } }
    clients: { legacy-viewer: legacy-secret }
    subordinates: [immhost-osaka]
    agents: [{ host: web1, secrets: { by.hand: set-by-hand } }]
  osaka: { host: immhost-osaka, initialSecret: osaka-initial, users: { jp1admin: { password: osaka-pass } } }
`;

const AUTH = `
apiVersion: jp1im/v1
managers:
  tokyo:
    url: TOKYO_URL
    host: immhost01
    auth: { user: jp1admin, password: { env: TOKYO_PASSWORD } }`;

const FIRST = `${AUTH}
    initialSecret: { generation: 1, deliverTo: { file: out/tokyo.initial } }
    lowerManagers: [{ host: immhost-osaka, initialSecret: { env: OSAKA_INITIAL } }]
    clients:
      - { id: app, generation: 1, deliverTo: { file: out/app.secret } }
      - { id: extra, generation: 1, deliverTo: { file: out/extra.secret } }
    agents:
      - { host: web1, secrets: { smtp.password: { env: WEB_PASSWORD }, old.key: { env: WEB_PASSWORD } } }
`;

const SECOND = `${AUTH}
    initialSecret: { generation: 2, deliverTo: { file: out/tokyo.initial } }
    clients:
      - { id: app, generation: 2, deliverTo: { file: out/app.secret } }
    agents:
      - { host: web1, secrets: { smtp.password: { env: WEB_PASSWORD } } }
`;

const app = ({ clients }: Truth) => clients?.app ?? undefined;
const extra = ({ clients }: Truth) => clients?.extra ?? undefined;
const initial = ({ initialSecret }: Truth) => initialSecret;

export const APPLY = "apply --auto-approve --parallelism 1";

const ENROLL =
  "enroll --client-id app --initial-secret env:INITIAL --deliver-to file:out/app.secret --state .jp1im";

const AFTER_FIRST: End = {
  delivered: { "out/app.secret": app, "out/extra.secret": extra, "out/tokyo.initial": initial },
  clients: ["app", "extra"],
  agentSecrets: { "smtp.password": "web-pass", "old.key": "web-pass" },
  lowerManagers: ["immhost-osaka"],
};

const NOTHING: End = { delivered: {}, clients: [], agentSecrets: {}, lowerManagers: [] };

export const SCENES: readonly Scene[] = [
  { name: "a first apply", killed: APPLY, open: () => fresh(FIRST), end: AFTER_FIRST },
  {
    name: "an apply that rotates, rewrites and deletes",
    killed: APPLY,
    open: async () => {
      const stage = await applied();
      stage.write("jp1im.yaml", SECOND);
      stage.env.WEB_PASSWORD = "rotated";
      return stage;
    },
    end: {
      delivered: { "out/app.secret": app, "out/tokyo.initial": initial },
      clients: ["app"],
      agentSecrets: { "smtp.password": "rotated" },
      lowerManagers: [],
    },
  },
  {
    name: "a destroy",
    killed: "destroy --auto-approve --parallelism 1",
    idle: "destroy --auto-approve",
    open: applied,
    end: NOTHING,
  },
  { name: "a rekey", killed: "state rekey", unharmed: true, open: applied, end: AFTER_FIRST },
  {
    name: "an enrolment",
    killed: ENROLL,
    idle: ENROLL,
    // The initial secret can issue a client and do nothing else with it, and an issued secret is never shown again.
    beyondHelp: {
      says: /did not verifiably reach .*have a user with JP1_Console_Admin delete it and start again/s,
      wayOut: ({ simulator }) => simulator.edit({ manager: "tokyo", type: "delete-client", id: "app" }),
    },
    open: async () => {
      const stage = await fresh("");
      Object.assign(stage.env, { INITIAL: "first-initial", JP1IM_URL: stage.url() });
      return stage;
    },
    end: { ...NOTHING, delivered: { "out/app.secret": app }, clients: ["app"] },
  },
];

/** Stands for a long history: what is declared, in its n-th version. */
export function version(n: number): {
  readonly desired: string;
  readonly env: Record<string, string>;
  readonly end: End;
} {
  const desired = FIRST.replaceAll("generation: 1", `generation: ${n}`);
  const smtp = `web-pass-${n}`;
  return {
    desired: n % 2 === 0 ? desired.replace(/, old.key: .*? } }/, " }") : desired,
    env: { WEB_PASSWORD: smtp },
    end: {
      ...AFTER_FIRST,
      agentSecrets: { "smtp.password": smtp, ...(n % 2 === 0 ? {} : { "old.key": smtp }) },
    },
  };
}

export async function fresh(desired = FIRST): Promise<Stage> {
  const stage = await Stage.open(WORLD, desired);
  stage.env.OSAKA_INITIAL = "osaka-initial";
  foreign.set(stage, splitTruth(stage).foreign);
  return stage;
}

/** What was on the manager before us, by stage. */
export const foreign = new WeakMap<Stage, object>();

/** What is ours on the manager, and what is not: clients and keys of others, of the agents and of the manager. */
export function splitTruth(stage: Stage) {
  const { tokyo } = stage.simulator.truth().managers;
  const secrets = tokyo?.agents?.find(({ host }) => host === "web1")?.secrets;
  if (tokyo?.clients === undefined || secrets === undefined)
    throw new Error("the world is not as it was made");
  const [clients, otherClients] = split(tokyo.clients, OUR_CLIENTS);
  const [agentSecrets, otherSecrets] = split(secrets, OUR_KEYS);
  const ours = {
    clients: Object.keys(clients).sort(),
    agentSecrets,
    lowerManagers: tokyo.lowerManagers ?? [],
  };
  return { tokyo, ours, foreign: { otherClients, otherSecrets } };
}

function split<T>(
  all: Readonly<Record<string, T>>,
  names: readonly string[],
): [Record<string, T>, Record<string, T>] {
  const entries = Object.entries(all);
  const within = (inside: boolean) =>
    Object.fromEntries(entries.filter(([name]) => names.includes(name) === inside));
  return [within(true), within(false)];
}

async function applied(): Promise<Stage> {
  const stage = await fresh(FIRST);
  await mustHere(stage, APPLY);
  return stage;
}
