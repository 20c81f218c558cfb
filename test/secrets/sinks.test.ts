import { SecretValue } from "../../src/model/secret-value";
import { createDelivery } from "../../src/secrets/delivery";
import { createSecretResolver } from "../../src/secrets/resolver";
import { loadText } from "../config/load-fixture";
import { MemoryFileSystem } from "../platform/memory-file-system";
import { CANARY, expectNoCanary } from "./canary";
import { FOLDER, failureOf, nobodys, owning, reference } from "./references";

const issued = { id: "fluentd-web", token: "t", secret: new SecretValue(CANARY) };
const TARGET = "/project/out/web.secret";
const sink = (options: object = {}) => reference("file", { path: "out/web.secret", ...options });

describe("the format of a delivered secret", () => {
  test.each([
    ["secret", CANARY],
    ["id:secret", `fluentd-web:${CANARY}`],
    ["json", `${JSON.stringify({ id: "fluentd-web", secret: CANARY })}\n`],
    ["dotenv", `JP1IM_ID='fluentd-web'\nJP1IM_SECRET='${CANARY}'\n`],
    [undefined, CANARY],
  ])("is %s where that is asked for", async (format, text) => {
    const fileSystem = new MemoryFileSystem();
    await createDelivery({ fileSystem }).deliver(sink(format === undefined ? {} : { format }), issued);
    expect(fileSystem.peek(TARGET)?.toString()).toBe(text);
  });

  test("keeps a secret with single quotes whole in dotenv", async () => {
    const fileSystem = new MemoryFileSystem();
    const odd = { token: "t", id: "a'b", secret: new SecretValue('it\'s $HOME `id` \\ "x"') };
    await createDelivery({ fileSystem }).deliver(sink({ format: "dotenv" }), odd);
    expect(fileSystem.peek(TARGET)?.toString()).toBe(
      'JP1IM_ID="a\'b"\nJP1IM_SECRET="it\'s \\$HOME \\`id\\` \\\\ \\"x\\""\n',
    );
  });
});

describe("a file that is there already", () => {
  function occupied() {
    const fileSystem = new MemoryFileSystem();
    fileSystem.place(TARGET, "somebody's");
    return { fileSystem, delivery: createDelivery({ fileSystem }) };
  }

  test("is refused, before and after issuing, when the secret was never delivered there", async () => {
    const { fileSystem, delivery } = occupied();
    for (const doing of [
      delivery.prove(sink(), nobodys),
      delivery.deliver(sink(), issued, owning("/project/elsewhere")),
    ]) {
      const failure = await failureOf(doing, "sink-unwritable");
      expect(failure.message).toContain(`${TARGET} is there already`);
      expect(failure.diagnostics[0]?.remedy).toContain("overwrite: true");
    }
    expect(fileSystem.peek(TARGET)?.toString()).toBe("somebody's");
    expect(fileSystem.paths()).toEqual([TARGET]);
  });

  test("is replaced when it is the place of an earlier delivery", async () => {
    const { fileSystem, delivery } = occupied();
    await delivery.prove(sink(), owning(TARGET));
    await delivery.deliver(sink(), issued, owning(TARGET));
    expect(fileSystem.peek(TARGET)?.toString()).toBe(CANARY);
  });

  test("is replaced when that is asked for", async () => {
    const { fileSystem, delivery } = occupied();
    await delivery.prove(sink({ overwrite: true }), nobodys);
    await delivery.deliver(sink({ overwrite: true }), issued, nobodys);
    expect(fileSystem.peek(TARGET)?.toString()).toBe(CANARY);
  });

  test("is no hindrance where it is not there", async () => {
    const fileSystem = new MemoryFileSystem();
    await createDelivery({ fileSystem }).deliver(sink(), issued, nobodys);
    expect(fileSystem.peek(TARGET)?.toString()).toBe(CANARY);
  });
});

describe("several sinks", () => {
  const several = (...options: object[]) => reference("several", options.map(sink));
  const [first, second, third] = ["one", "two", "three"].map((name) => ({ path: name }));

  test("are all proven, and every one that cannot be written is told", async () => {
    const fileSystem = new MemoryFileSystem();
    fileSystem.place("/project/one/inside", "");
    fileSystem.place("/project/three/inside", "");
    const proving = createDelivery({ fileSystem }).prove(several(first ?? {}, second ?? {}, third ?? {}));
    const failure = await failureOf(proving, "sink-unwritable");
    expect(failure.diagnostics.map(({ summary }) => summary)).toEqual([
      "/project/one is a folder",
      "/project/three is a folder",
    ]);
    expect(fileSystem.paths()).toEqual(["/project/one/inside", "/project/three/inside"]);
  });

  test("get the secret all, though one of them fails, and that is told", async () => {
    const fileSystem = new MemoryFileSystem();
    fileSystem.place("/project/one/inside", "");
    const delivering = createDelivery({ fileSystem }).deliver(
      several(first ?? {}, second ?? {}, third ?? {}),
      issued,
    );
    const failure = await failureOf(delivering, "sink-unwritable");
    expect(failure.diagnostics).toHaveLength(1);
    for (const path of ["/project/two", "/project/three"])
      expect(fileSystem.peek(path)?.toString()).toBe(CANARY);
  });

  test("are described together, and each has a place of its own", async () => {
    const fileSystem = new MemoryFileSystem();
    const delivery = createDelivery({ fileSystem, cwd: FOLDER });
    const both = several(first ?? {}, second ?? {});
    expect(delivery.describe(both)).toBe("file one and file two");
    const places = await delivery.places(both);
    expect(places.map(({ shown }) => shown)).toEqual(["file one", "file two"]);
    fileSystem.place("/project/one", "ours");
    fileSystem.place("/project/two", "theirs");
    const failure = await failureOf(delivery.prove(both, owning("/project/one")), "sink-unwritable");
    expect(failure.message).toContain("/project/two is there already");
    expect(failure.diagnostics).toHaveLength(1);
  });

  test("are what a list under deliverTo is read as", async () => {
    const { desired, diagnostics } = await loadText(`
apiVersion: jp1im/v1
managers:
  tokyo:
    url: https://immhost01:20703
    auth: { user: jp1admin, password: { env: PW } }
    initialSecret: { deliverTo: [{ file: a }] }
    clients:
      - { id: web, deliverTo: [{ file: { path: b, format: json } }, { exec: [install] }] }
      - { id: web2, deliverTo: { file: c } }
`);
    expect(diagnostics).toEqual([]);
    const tokyo = desired?.managers.get("tokyo");
    const folder = expect.any(String);
    const at = (line: number) => expect.objectContaining({ line });
    expect(tokyo?.initialSecret?.deliverTo).toEqual({
      type: "several",
      options: [{ type: "file", options: "a", folder, position: at(7) }],
      folder,
    });
    expect(tokyo?.clients.map(({ deliverTo }) => deliverTo)).toEqual([
      {
        type: "several",
        options: [
          { type: "file", options: { path: "b", format: "json" }, folder, position: at(9) },
          { type: "exec", options: ["install"], folder, position: at(9) },
        ],
        folder,
      },
      { type: "file", options: "c", folder, position: at(10) },
    ]);
  });
});

describe("the version of a file", () => {
  const file = reference("file", "f");
  const version = (fileSystem: MemoryFileSystem) =>
    createSecretResolver({ env: {}, fileSystem }).version?.(file) ?? Promise.resolve(undefined);

  test("is a hint that changes with its time and not with its length, and is told without reading it", async () => {
    let time = 1;
    const fileSystem = new MemoryFileSystem({ now: () => time });
    fileSystem.place(`${FOLDER}/f`, "one");
    const calls: string[] = [];
    fileSystem.onCall = ({ name }) => {
      calls.push(name);
      return undefined;
    };
    const before = await version(fileSystem);
    expect(before?.isHint).toBe(true);
    expect(await version(fileSystem)).toEqual(before);
    const longer = new MemoryFileSystem({ now: () => time });
    longer.place(`${FOLDER}/f`, "a longer one");
    expect(await version(longer)).toEqual(before);
    time = 2;
    fileSystem.place(`${FOLDER}/f`, "other");
    expect(await version(fileSystem)).not.toEqual(before);
    expect(calls).not.toContain("readFile");
  });

  test("of a file that is gone is an error", async () => {
    const failure = await failureOf(version(new MemoryFileSystem()), "source-unresolved");
    expect(failure.message).toContain("/project/f cannot be read");
  });

  test.each([
    ["env", "NAME"],
    ["exec", ["tool"]],
  ])("is not known of %s", async (type, options) => {
    const resolver = createSecretResolver({ env: {}, fileSystem: new MemoryFileSystem() });
    expect(await resolver.version?.(reference(type, options))).toBeUndefined();
    expect(await resolver.version?.({ type: "literal", value: new SecretValue(CANARY) })).toBeUndefined();
  });
});

test("what sources and sinks keep of a run shows no secret", async () => {
  const fileSystem = new MemoryFileSystem();
  const resolver = createSecretResolver({ env: { A: CANARY }, fileSystem });
  await resolver.resolve(reference("env", "A"));
  const delivery = createDelivery({ fileSystem, secrets: resolver });
  await delivery.deliver(sink(), issued);
  expectNoCanary(resolver);
  expectNoCanary(delivery);
});
