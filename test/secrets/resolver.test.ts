import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SecretReference } from "../../src/model/desired-state";
import { DiagnosticError } from "../../src/model/diagnostic";
import { SecretValue } from "../../src/model/secret-value";
import { nodeFileSystem } from "../../src/platform/file-system";
import { createSecretResolver } from "../../src/secrets/resolver";
import { sources } from "../../src/secrets/sources/sources";
import { MemoryFileSystem } from "../platform/memory-file-system";
import { CANARY, expectNoCanary } from "./canary";

const FOLDER = "/project";

function fileAt(path: string, content: string | Buffer): MemoryFileSystem {
  const fileSystem = new MemoryFileSystem();
  fileSystem.place(path, content);
  return fileSystem;
}

function resolverOf(fileSystem: MemoryFileSystem | typeof nodeFileSystem, env = {}) {
  return createSecretResolver({ env, fileSystem });
}

function reference(type: string, options: unknown, folder = FOLDER): SecretReference {
  return { type, options, folder };
}

async function failureOf(promise: Promise<unknown>): Promise<DiagnosticError> {
  const error = await promise.then(
    () => undefined,
    (reason) => reason,
  );
  expect(error).toBeInstanceOf(DiagnosticError);
  expect(error.diagnostics).toMatchObject([{ code: "source-unresolved", severity: "error" }]);
  expectNoCanary(error);
  return error;
}

describe("an environment variable", () => {
  test("gives its value as it is, blanks and digits and all", async () => {
    const resolver = resolverOf(new MemoryFileSystem(), { A: " 007 ", B: "x\n" });
    expect((await resolver.resolve(reference("env", "A"))).reveal()).toBe(" 007 ");
    expect((await resolver.resolve(reference("env", "B"))).reveal()).toBe("x\n");
  });

  test.each([
    ["unset", {}, "NAME is not set"],
    ["empty", { NAME: "" }, "NAME is empty"],
  ])("that is %s is an error that names it", async (_, env, text) => {
    const resolver = resolverOf(new MemoryFileSystem(), env);
    expect((await failureOf(resolver.resolve(reference("env", "NAME")))).message).toContain(text);
  });

  test.each([
    ["HQ_PASSWROD", "HQ_PASSWORD"],
    ["HQ_PASSWOR", "HQ_PASSWORD"],
    ["hq_password", "HQ_PASSWORD"],
    ["$HQ_PASSWORD", "HQ_PASSWORD"],
    ["$".concat("{HQ_PASSWORD}"), "HQ_PASSWORD"],
    ["HQ_PASSWORD_2", undefined],
    ["PIN", undefined],
    ["TOKYO_TOKEN", undefined],
    ["EMPTY_ON", undefined],
  ])("%s, which is not set, is likely to be meant for %s", async (name, meant) => {
    const env = { HQ_PASSWORD: "some-value", PATH: "/bin", P1N: "1", EMPTY_ONE: "" };
    const resolver = resolverOf(new MemoryFileSystem(), env);
    const { diagnostics } = await failureOf(resolver.resolve(reference("env", name)));
    expect(diagnostics[0]?.remedy).toBe(
      `${meant === undefined ? "" : `did you mean ${meant}, which is set? otherwise `}set ${name} for this run`,
    );
  });

  test.each([
    ["env", "NAME"],
    ["file", "gone"],
  ])(
    "and any other absent value is reported without waiting as it is after reading: %s",
    async (type, options) => {
      const resolver = resolverOf(new MemoryFileSystem());
      const { diagnostics } = await failureOf(resolver.resolve(reference(type, options)));
      expect(await resolver.isAbsent?.(reference(type, options))).toBe(true);
      expect(resolver.absence?.(reference(type, options))).toEqual(diagnostics[0]);
    },
  );

  test.each([
    ["set", { NAME: "x" }, "x"],
    ["empty", { NAME: "" }, undefined],
    ["not set", {}, null],
  ])("is at hand: %s", (_, env, value) => {
    const found = resolverOf(new MemoryFileSystem(), env).atHand?.(reference("env", "NAME"));
    expect(found === null ? null : found?.reveal()).toBe(value);
  });

  test("is not one that every object inherits", async () => {
    const failure = await failureOf(
      resolverOf(new MemoryFileSystem()).resolve(reference("env", "constructor")),
    );
    expect(failure.message).toContain("constructor is not set");
  });
});

describe("a file", () => {
  test.each([
    ["no line end", "s3cret", "s3cret"],
    ["LF", "s3cret\n", "s3cret"],
    ["CRLF", "s3cret\r\n", "s3cret"],
    ["two LF", "s3cret\n\n", "s3cret\n"],
    ["a lone CR", "s3cret\r", "s3cret\r"],
    ["blanks around it", "  s3cret \n", "  s3cret "],
    ["digits only", "007\n", "007"],
  ])("with %s gives its text without exactly one line end", async (_, content, value) => {
    const resolver = resolverOf(fileAt("/project/f", content));
    expect((await resolver.resolve(reference("file", "f"))).reveal()).toBe(value);
  });

  test("is named by a path or by an object with a path, absolute or from the naming folder", async () => {
    const resolver = resolverOf(fileAt("/project/sub/f", "v"));
    for (const options of ["sub/f", { path: "sub/f" }, "/project/sub/f", { path: "./sub/../sub/f" }]) {
      expect((await resolver.resolve(reference("file", options))).reveal()).toBe("v");
    }
  });

  test.each([
    ["is missing", new MemoryFileSystem(), "does not exist"],
    ["is empty", fileAt("/project/f", ""), "is empty"],
    ["is only a line end", fileAt("/project/f", "\n"), "is empty"],
    ["is locked by git-crypt", fileAt("/project/f", "\0GITCRYPT\0"), "is locked by git-crypt"],
    ["is UTF-16", fileAt("/project/f", Buffer.from("\ufeffvalue", "utf16le")), "is UTF-16 text"],
    [
      "is a pointer of Git LFS",
      fileAt("/project/f", "version https://git-lfs.github.com/spec/v1\n"),
      "is a pointer of Git LFS",
    ],
    [
      "is encrypted by age",
      fileAt("/project/f", "-----BEGIN AGE ENCRYPTED FILE-----\n"),
      "is encrypted by age",
    ],
    ["is a folder", fileAt("/project/f/inside", ""), "is a folder"],
    [
      "is not UTF-8",
      fileAt("/project/f", Buffer.concat([Buffer.from(CANARY), Buffer.from([0xff])])),
      "not UTF-8",
    ],
    ["is too large", fileAt("/project/f", CANARY.repeat(4_000)), "at most 65536"],
  ])("that %s is an error with its path", async (_, fileSystem, text) => {
    const failure = await failureOf(resolverOf(fileSystem).resolve(reference("file", "f")));
    expect(failure.message).toContain(text);
    expect(failure.message).toContain("/project/f");
  });

  test("that may not be read is an error", async () => {
    const fileSystem = fileAt("/project/f", "v");
    fileSystem.onCall = () => "EACCES";
    const failure = await failureOf(resolverOf(fileSystem).resolve(reference("file", "f")));
    expect(failure.message).toContain("permission denied");
  });

  test("of the real file system is read through a symlink, and a pipe is refused", async () => {
    const folder = mkdtempSync(join(tmpdir(), "jp1im-source-"));
    try {
      writeFileSync(join(folder, "f"), "v\n");
      symlinkSync("f", join(folder, "link"));
      mkdirSync(join(folder, "d"));
      execFileSync("mkfifo", [join(folder, "pipe")]);
      const resolver = resolverOf(nodeFileSystem);
      expect((await resolver.resolve(reference("file", "link", folder))).reveal()).toBe("v");
      expect((await failureOf(resolver.resolve(reference("file", "pipe", folder)))).message).toContain(
        "regular",
      );
      expect((await failureOf(resolver.resolve(reference("file", "d", folder)))).message).toContain("folder");
      expect((await failureOf(resolver.resolve(reference("file", "none", folder)))).message).toContain(
        "exist",
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe("the resolver", () => {
  test("reads each place once, however often and however written it is asked for", async () => {
    const fileSystem = fileAt("/project/f", "v");
    const resolver = resolverOf(fileSystem);
    const asked = Array.from({ length: 50 }, () => resolver.resolve(reference("file", { path: "f" })));
    const [first, ...others] = await Promise.all(asked);
    expect(others.every((value) => value === first)).toBe(true);
    expect(fileSystem.calls).toBe(2);
  });

  test("keeps the same relative path of two folders apart", async () => {
    const fileSystem = fileAt("/a/f", "1");
    fileSystem.place("/b/f", "2");
    const resolver = resolverOf(fileSystem);
    expect((await resolver.resolve(reference("file", "f", "/a"))).reveal()).toBe("1");
    expect((await resolver.resolve(reference("file", "f", "/b"))).reveal()).toBe("2");
  });

  test("tries a source that failed only once in a run", async () => {
    const fileSystem = new MemoryFileSystem();
    const resolver = resolverOf(fileSystem);
    const failure = await failureOf(resolver.resolve(reference("file", "f")));
    await expect(resolver.resolve(reference("file", "f"))).rejects.toBe(failure);
    expect(fileSystem.calls).toBe(1);
  });

  test("reads at most sixteen places at a time, and all of them", async () => {
    const fileSystem = new MemoryFileSystem();
    for (let index = 0; index < 100; index++) fileSystem.place(`/project/${index}`, `v${index}`);
    let open = 0;
    let most = 0;
    const slow = {
      ...nodeFileSystem,
      stat: (path: string) => {
        most = Math.max(most, ++open);
        return fileSystem.stat(path);
      },
      readFile: async (path: string) => {
        await new Promise((resolve) => setImmediate(resolve));
        open--;
        return fileSystem.readFile(path);
      },
    };
    const resolver = resolverOf(slow);
    const values = await Promise.all(
      Array.from({ length: 100 }, (_, index) => resolver.resolve(reference("file", `${index}`))),
    );
    expect(values.map((value) => value.reveal())).toEqual(
      Array.from({ length: 100 }, (_, index) => `v${index}`),
    );
    expect(most).toBe(16);
  });

  test("hands a literal through", async () => {
    const value = new SecretValue(CANARY);
    const resolver = resolverOf(new MemoryFileSystem());
    expect(await resolver.resolve({ type: "literal", value })).toBe(value);
    expectNoCanary(resolver);
  });

  test("refuses a type that it does not know, and says which it knows", async () => {
    const failure = await failureOf(
      resolverOf(new MemoryFileSystem()).resolve(reference("carrier-pigeon", "x")),
    );
    expect(failure.message).toContain("carrier-pigeon");
    expect(failure.diagnostics[0]?.remedy).toContain("env");
  });
});

test("every source describes its place in words", () => {
  expect(sources.get("env")?.describe("NAME")).toBe("environment variable NAME");
  expect(sources.get("file")?.describe({ path: "a/b" })).toBe("file a/b");
  for (const [type, source] of sources) expect(source.type).toBe(type);
});
