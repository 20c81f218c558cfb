import { parseAddress } from "../../src/model/address";
import { type DesiredManager, defaultPolicy } from "../../src/model/desired-state";
import { SecretValue } from "../../src/model/secret-value";
import { declares } from "../../src/resources/kinds";

const position = { file: "jp1im.yaml", line: 1, column: 1 };
const literal = { type: "literal", value: new SecretValue("value") } as const;
const manager: DesiredManager = {
  ...{ name: "tokyo", url: "http://tokyo:20703", host: "immhost01", policy: defaultPolicy, position },
  auth: { method: "user", user: "jp1admin", password: literal },
  clients: [],
  lowerManagers: [{ host: "immhost-osaka", initialSecret: { from: "source", source: literal }, position }],
  agents: [
    {
      ...{ selector: { by: "match", match: "web*", os: "linux" }, position },
      secrets: new Map([["a", { source: literal, position }]]),
    },
  ],
};

test.each([
  ["tokyo/agent/immhost01/web01/secret/a", true],
  ["tokyo/agent/immhost01/web01/secret/b", false],
  ["tokyo/agent/immhost01/db01/secret/a", false],
  ["tokyo/lower-manager/IMMHOST-OSAKA", true],
  ["tokyo/lower-manager/immhost-nagoya", false],
  ["tokyo/initial-secret", false],
])("whether %s may be declared: %s", (address, expected) => {
  const addressed = parseAddress(address);
  if (addressed === undefined) throw new Error(`${address} is no address`);
  expect(declares(manager, addressed)).toBe(expected);
});
