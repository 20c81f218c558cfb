/** A type of source and of sink that the rest of the tool has never heard of: its file and its rows are all that it takes. */
import { loadDesiredState } from "../../src/config/load-desired-state";
import { Template } from "../../src/library/export/placeholders";
import { spelledReference } from "../../src/library/inputs/spelled-reference";
import type { DesiredManager, ExternalReference } from "../../src/model/desired-state";
import { type SinkType, type SourceType, sinkTypes, sourceTypes } from "../../src/model/reference-types";
import { SecretValue } from "../../src/model/secret-value";
import { createDelivery } from "../../src/secrets/delivery";
import { checkPlaces } from "../../src/secrets/places/check-places";
import { createSecretResolver } from "../../src/secrets/resolver";
import type { FileSink, Sink } from "../../src/secrets/sinks/sink";
import { sinks } from "../../src/secrets/sinks/sinks";
import { externalOf, type Source } from "../../src/secrets/sources/source";
import { sources } from "../../src/secrets/sources/sources";
import { createTrustedResolver } from "../../src/secrets/trusted-resolver";
import { MemoryFileSystem } from "../platform/memory-file-system";
import { FOLDER, reference } from "./references";

const textOf = ({ options }: Pick<ExternalReference, "options">) => String(options);

const source: Source = {
  type: "drawer",
  describe: (options) => `drawer ${options}`,
  read: async (reference) => new SecretValue(`value of ${textOf(externalOf(reference))}`),
  version: async ({ folder }) => ({ text: folder, isHint: false }),
  reads: ({ options, folder }) => [`${folder}/${options}`],
  fileVariables: ["DRAWER_KEY"],
  server: {
    settings: (options) => ({ cupboard: textOf({ options }).split("/")[0] }),
    settingNames: "cupboard",
    describe: (options) => `the cupboard of ${options}`,
  },
};

const sink: FileSink = {
  type: "drawer",
  writes: "file",
  noun: "drawer",
  isUsedInPlace: true,
  spelled: (options) => `${options}`,
  describe: (options) => `drawer ${options}`,
  place: async ({ type, options, folder }, { resolvePath }) => ({
    ...{ type, paths: { file: await resolvePath(folder, `${options}`) }, traits: {} },
  }),
  prove: async () => {},
  target: ({ options, folder }) => `${folder}/${options}`,
  text: async (_, { secret }) => `a drawer with ${secret.reveal()}`,
};

const tables = [
  [sourceTypes as Map<string, SourceType>, { shorthand: (text: string) => text, names: "keys" }],
  [sinkTypes as Map<string, SinkType>, { shorthand: (text: string) => text, names: "paths" }],
  [sources as Map<string, Source>, source],
  [sinks as Map<string, Sink>, sink],
] as const;
beforeAll(() => {
  for (const [table, row] of tables) (table as Map<string, unknown>).set("drawer", row);
});
afterAll(() => {
  for (const [table] of tables) table.delete("drawer");
});

/** A manager with a key from one source, and with clients that are delivered to sinks. */
async function managerWith(from: ExternalReference, ...to: ExternalReference[]): Promise<DesiredManager> {
  const clients = to.map((_, index) => `{ id: c${index}, deliverTo: { file: unused${index} } }`);
  const text = `apiVersion: jp1im/v1
managers:
  tokyo:
    url: https://tokyo:20703
    auth: { user: jp1admin, password: { env: PW } }
    clients: [${clients}]
    agents: [{ host: web, secrets: { key: { env: UNUSED } } }]
`;
  const { desired } = await loadDesiredState({ paths: ["-"], cwd: FOLDER, stdin: async () => text });
  const manager = desired?.managers.get("tokyo");
  const [agent] = manager?.agents ?? [];
  if (!manager || !agent) throw new Error("the desired state is refused");
  const secrets = new Map([["key", { source: from, position: agent.position }]]);
  return {
    ...manager,
    clients: manager.clients.map((client, index) => ({
      ...client,
      deliverTo: to[index] ?? client.deliverTo,
    })),
    agents: [{ ...agent, secrets }],
  };
}

test("is spelled on the command line, and in a template with names as its options take them", () => {
  expect(spelledReference("drawer:top", "source", "--source")).toEqual({ drawer: "top" });
  expect(spelledReference('drawer:{"a":1}', "sink", "--sink")).toEqual({ drawer: { a: 1 } });
  expect(() => spelledReference("chest:top", "sink", "--sink")).toThrow(/sink/);
  const filled = (kind: "source" | "sink") =>
    new Template("drawer:{KEY}", { kind, option: "--x", fields: ["KEY"] }).fill("secret", { KEY: "a.b" });
  expect(filled("source")).toEqual({ drawer: "a_b" });
  expect(filled("sink")).toEqual({ drawer: "a.b" });
});

test("gives values, and gets secrets as the file that it says", async () => {
  const fileSystem = new MemoryFileSystem();
  const resolver = createSecretResolver({ env: {}, fileSystem });
  expect((await resolver.resolve(reference("drawer", "top"))).reveal()).toBe("value of top");
  const delivery = createDelivery({ fileSystem, cwd: FOLDER });
  const to = reference("drawer", "out/web");
  const [declared] = await delivery.places(to);
  if (!declared) throw new Error("it has no place");
  expect(await delivery.isThere(declared)).toBe(false);
  await delivery.deliver(to, { id: "web", secret: new SecretValue("issued"), token: "t" });
  expect(await delivery.isThere(declared)).toBe(true);
  expect(`${await fileSystem.readFile(`${FOLDER}/out/web`)}`).toBe("a drawer with issued");
  expect(delivery.describePlace(declared.place)).toBe("drawer out/web");
  expect(delivery.drafts(to, "t")).toHaveLength(1);
});

test("keeps secrets away from what it reads, and from what else is delivered", async () => {
  const from = reference("drawer", "top");
  const summaries = async (env: Record<string, string>, ...to: ExternalReference[]) => {
    const managers = [await managerWith(from, ...to)];
    const context = { env, cwd: FOLDER, fileSystem: new MemoryFileSystem() };
    return (await checkPlaces({ managers, inputs: [] }, context)).map(({ summary }) => summary);
  };
  const nested = reference("vault", { path: "a/b", auth: { token: { drawer: "deep" } } });
  expect(await summaries({}, reference("file", "top"))).toEqual([expect.stringContaining("a source of key")]);
  expect(await summaries({}, nested, reference("file", "deep"))).toEqual([
    expect.stringContaining("what another sink needs"),
  ]);
  expect(await summaries({ DRAWER_KEY: "k" }, reference("drawer", "k"))).toEqual([
    expect.stringContaining("the file that DRAWER_KEY names"),
  ]);
  expect(await summaries({}, reference("drawer", "x"), reference("file", "x"))).toEqual([
    expect.stringContaining("goes to file x, which is where tokyo/client/c0 is delivered"),
  ]);
});

test("is asked for versions only on a server that is trusted", async () => {
  const fileSystem = new MemoryFileSystem();
  const refused: ExternalReference[] = [];
  const resolver = createTrustedResolver(
    {
      resolver: createSecretResolver({ env: {}, fileSystem }),
      logins: new Set(),
      // The same settings of another type are another server.
      servers: [reference("drawer", "mine/top", "/reviewed"), reference("vault", { cupboard: "yours" })],
      projectFolder: FOLDER,
      onRefused: (reference) => refused.push(reference),
    },
    fileSystem,
  );
  await resolver.version?.(reference("drawer", "mine/bottom"));
  expect(refused).toEqual([]);
  await resolver.version?.(reference("drawer", "yours/bottom"));
  expect(refused).toMatchObject([{ options: "yours/bottom" }]);
});
