import { plan } from "../../src/index";
import { Rig } from "../rig/rig";

test("values that agents share by an alias are asked for once, and one that is missing is reported once", async () => {
  const rig = await Rig.create(`apiVersion: jp1im-simulator/v1
managers:
  tokyo:
    host: immhost01
    users: { jp1admin: { password: jp1-pass } }
    agents: [{ host: "web{1..3}" }]
`);
  await rig.write(
    "jp1im.yaml",
    `apiVersion: jp1im/v1
managers:
  tokyo:
    url: http://tokyo.test:20703
    host: immhost01
    auth: { user: jp1admin, password: { env: PASSWORD } }
    agents:
      - { host: web1, secrets: &common { smtp.user: { env: USER }, smtp.password: { env: ABSENT } } }
      - { host: web2, secrets: *common }
      - { host: web3, secrets: { smtp.user: { env: USER } } }
`,
  );
  rig.env.USER = "mailer";
  const error = await plan({ files: ["jp1im.yaml"] }, rig.platform()).catch((reason) => reason);
  expect(error.diagnostics).toMatchObject([{ code: "source-unresolved" }]);

  rig.env.ABSENT = "smtp-1";
  const { changes } = await plan({ files: ["jp1im.yaml"] }, rig.platform());
  expect(changes).toHaveLength(5);
  expect(rig.events).toContainEqual(expect.objectContaining({ phase: "resolve", total: 4 }));
  // The first agent that has them is not in scope.
  const targets = ["tokyo/agent/immhost01/web2"];
  expect((await plan({ files: ["jp1im.yaml"], targets }, rig.platform())).changes).toHaveLength(2);
});
