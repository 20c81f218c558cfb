import { resolveValues } from "../../src/engine/values/desired-values";
import { DiagnosticError } from "../../src/model/diagnostic";
import { Limits } from "../../src/model/limits";
import { createSecretResolver } from "../../src/secrets/resolver";
import { MemoryFileSystem } from "../platform/memory-file-system";

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
  const position = { file: "jp1im.yaml", line: 7, column: 9 };
  const demand = {
    reference: { type, options, folder: "/project" },
    manager: "tokyo",
    address: "tokyo/agent/m/web01/secret/k",
    position,
    limit: Limits.secretValue,
  };
  const error = await resolveValues([demand], resolver, () => {}).catch((reason) => reason);
  expect(error).toBeInstanceOf(DiagnosticError);
  expect(error.diagnostics).toMatchObject([
    { code: "secret-refused", position, summary: `the manager would refuse this value (${where}): ${why}` },
  ]);
});
