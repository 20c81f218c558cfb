import { differences, isRecordedAs } from "../../../src/model/sink-place";
import { declaredPlace } from "../../../src/secrets/places/declared-place";
import { PathResolver } from "../../../src/secrets/places/path-resolver";
import { MemoryFileSystem } from "../../platform/memory-file-system";
import { reference } from "../references";

function declared(
  type: string,
  options: unknown,
  { folder = "/project", env = {}, project = "/project" } = {},
) {
  const paths = new PathResolver(new MemoryFileSystem(), project);
  const resolvePath = (from: string, path: string) => paths.resolve(from, path);
  return declaredPlace(reference(type, options, folder), {
    env,
    cwd: "/project",
    resolvePath,
  });
}

describe("a sink is another one", () => {
  const key = { recipients: ["age1a", "age1b"], file: "x" };
  const vault = { path: "secret/web", address: "https://vault.test" };
  test.each([
    ["file", "x", "y", ["file"]],
    ["file", "/outside/x", "/outside/y", ["file"]],
    ["file", "x", { path: "x", format: "json" }, ["format"]],
    ["age", key, { ...key, recipients: ["age1a"] }, ["recipients"]],
    ["age", key, { ...key, file: "y" }, ["file"]],
    ["exec", ["put", "a"], ["put", "b"], ["arguments"]],
    ["exec", ["put", "a"], ["get", "a"], ["program"]],
    ["exec", ["put", "a"], ["./put", "a"], ["startedBy"]],
    ["exec", ["put"], { command: ["put elsewhere"], shell: true }, ["startedBy"]],
    ["exec", ["put", "a"], { command: ["put", "a"], format: "json" }, ["format"]],
    ["exec", { command: ["put a"], shell: true }, { command: ["put b"], shell: true }, ["script"]],
    ["vault", vault, { ...vault, address: "https://other.test" }, ["address"]],
    ["vault", vault, { ...vault, namespace: "team" }, ["namespace"]],
    ["vault", vault, { ...vault, field: "other" }, ["field"]],
    ["vault", vault, { ...vault, path: "other/web" }, ["mount"]],
  ])(
    "of type %s where anything that decides about it changed: %j to %j",
    async (type, before, after, names) => {
      const [one, other] = [await declared(type, before), await declared(type, after)];
      expect(differences(one.place, other.place)).toEqual(names);
      expect(isRecordedAs(one, other.place)).toBe(false);
    },
  );

  test("where its program works in another folder", async () => {
    const [one, other] = [
      await declared("exec", ["put"]),
      await declared("exec", ["put"], { folder: "/project/b" }),
    ];
    expect(differences(one.place, other.place)).toEqual(["folder"]);
  });
});

test("a record without a path is not that of a sink with one", async () => {
  const { place } = await declared("file", "x");
  expect(differences(place, { ...place, paths: {} })).toEqual(["file"]);
  expect(differences({ ...place, paths: {} }, place)).toEqual(["file"]);
});

describe("a sink is the same", () => {
  const key = { recipients: ["age1a", "age1b"], file: "x" };
  test.each([
    ["file", "out/x", { path: "./out/../out/x" }],
    ["file", "out/x", "/project/out/x"],
    ["age", key, { ...key, recipients: ["age1b", "age1a", "age1a"] }],
    ["exec", ["put", "a"], { command: ["put", "a"], timeout: 60, format: "secret" }],
    ["vault", { path: "secret/web" }, { path: { mount: "secret", path: "web" }, field: "secret" }],
    ["vault", { path: "secret/web" }, { path: "secret/web", address: "https://vault.test:443/" }],
  ])("of type %s however it is spelled: %j and %j", async (type, before, after) => {
    const env = { VAULT_ADDR: "https://VAULT.test" };
    const [one, other] = [await declared(type, before, { env }), await declared(type, after, { env })];
    expect(differences(one.place, other.place)).toEqual([]);
  });

  test("where the address of Vault is not known to one of two runs", async () => {
    const options = { path: "secret/web" };
    const known = await declared("vault", options, { env: { VAULT_ADDR: "https://vault.test" } });
    expect(differences(known.place, (await declared("vault", options)).place)).toEqual([]);
  });

  test("in another checkout, also outside of the folder of the desired state", async () => {
    for (const path of ["out/x", "../out/x"]) {
      const here = await declared("file", path, {
        folder: "/home/me/repo/config",
        project: "/home/me/repo/config",
      });
      const there = await declared("file", path, {
        folder: "/builds/7/repo/config",
        project: "/builds/7/repo/config",
      });
      expect(differences(here.place, there.place)).toEqual([]);
    }
    const absolute = await declared("file", "/srv/x", { project: "/home/me/repo" });
    expect(absolute.place.paths.file).toEqual({ absolute: "/srv/x" });
  });
});

test("what a version before recorded is understood by its spelling", async () => {
  const file = await declared("file", { path: "./out/x" });
  expect([
    file.isSpelledAs("file out/x"),
    file.isSpelledAs("file out/y"),
    file.isSpelledAs("age file out/x"),
  ]).toEqual([true, false, false]);
  const program = await declared("exec", ["./put", "pw"]);
  expect(program.isSpelledAs("program ./put")).toBe(true);
  expect(JSON.stringify(program.place)).not.toContain("pw");
  expect((await declared("vault", { path: "a/b" })).isSpelledAs("secret of a/b in the vault")).toBe(true);
});
