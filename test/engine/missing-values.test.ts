import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Rig } from "../rig/rig";

const WORLD = readFileSync(join(__dirname, "../scenarios/world.yaml"), "utf8");

test("every value that is missing is named by its address and by where it is declared", async () => {
  const rig = await Rig.create(WORLD);
  const desired = `apiVersion: jp1im/v1
managers:
  tokyo:
    url: http://tokyo.test:20703
    host: immhost01
    auth: { user: jp1admin, password: { env: PASSWORD } }
    lowerManagers: [{ host: immhost-osaka, initialSecret: { env: NONE_1 } }]
    agents:
      - host: web01
        secrets:
          a/b: { env: NONE_2 }
          "50%": { env: NONE_3 }
      - match: "batch-*"
        secrets: { c: { env: NONE_4 } }
`;
  await rig.write("jp1im.yaml", desired);
  const error = await rig.plan().then(
    () => undefined,
    (reason) => reason,
  );
  const found = error.diagnostics.map(
    ({ address = "", position }: { address?: string; position: { line: number } }) => [
      address,
      position.line,
    ],
  );
  expect(found).toEqual([
    ["tokyo/lower-manager/immhost-osaka", 7],
    ["tokyo/agent/immhost01/web01/secret/a%2Fb", 11],
    ["tokyo/agent/immhost01/web01/secret/50%25", 12],
    ["tokyo/agent/immhost01/batch-*/secret/c", 14],
  ]);
});
