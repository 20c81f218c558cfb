import { resolveValues } from "../../src/engine/values/desired-values";
import type { ValueDemand } from "../../src/engine/values/value-demands";
import { type Diagnostic, DiagnosticError } from "../../src/model/diagnostic";
import { Limits } from "../../src/model/limits";
import { createSecretResolver } from "../../src/secrets/resolver";
import { MemoryFileSystem } from "../platform/memory-file-system";

const position = { file: "jp1im.yaml", line: 7, column: 9 };

function demand(type: string, options: unknown, key = "k"): ValueDemand {
  return {
    reference: { type, options, folder: "/project" },
    manager: "tokyo",
    address: `tokyo/agent/m/web01/secret/${key}`,
    position,
    limit: Limits.secretValue,
  };
}

test("values that are not there are reported in the order of their declarations, whenever that is known", async () => {
  // What is in the environment is known at once, and a file only when it was read.
  const [files, variables] = [
    ["a", "c", "e"],
    ["b", "d", "f"],
  ];
  const demands = [...files, ...variables]
    .sort()
    .map((key) => (files.includes(key) ? demand("file", key, key) : demand("env", key.toUpperCase(), key)));
  const resolver = createSecretResolver({ env: {}, fileSystem: new MemoryFileSystem() });
  const error = await resolveValues(demands, resolver, () => {}).catch((reason) => reason);
  expect(error.diagnostics.map(({ address }: Diagnostic) => address)).toEqual(
    demands.map(({ address }) => address),
  );
});

test.each([
  [
    "ends with a line end",
    { env: "TOKEN" },
    "value\n",
    "environment variable TOKEN",
    "it ends with a line end",
  ],
  [
    "ends with a carriage return",
    { file: "token" },
    "value\r",
    "file token",
    "it ends with a carriage return",
  ],
  [
    "begins with a byte-order mark",
    { file: "token" },
    "\ufeffvalue",
    "file token",
    "it begins with a byte-order mark",
  ],
])("a value that %s is reported with its source, at its own line", async (_, source, value, where, why) => {
  const fileSystem = new MemoryFileSystem();
  fileSystem.place("/project/token", value);
  const resolver = createSecretResolver({ env: { TOKEN: value }, fileSystem });
  const [type = "", options] = Object.entries(source)[0] ?? [];
  const error = await resolveValues([demand(type, options)], resolver, () => {}).catch((reason) => reason);
  expect(error).toBeInstanceOf(DiagnosticError);
  expect(error.diagnostics).toMatchObject([
    { code: "secret-refused", position, summary: `the manager would refuse this value (${where}): ${why}` },
  ]);
});
