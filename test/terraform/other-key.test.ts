/** A saved plan that is applied under another state key than it was made under. */
import { packOwnData, unpackOwnData } from "../../src/terraform/rpc/own-data";
import { Dynamic } from "../../src/terraform/values/type";
import { Rig } from "../rig/rig";
import { closeClients, errorsIn, objectOf, ProviderClient } from "./provider-client";

const WORLD = `
apiVersion: jp1im-simulator/v1
seed: 1
managers:
  tokyo: { host: immhost01, users: { jp1admin: { password: jp1-pass } } }
`;
const keyOf = (letter: string) => Buffer.from(letter.repeat(32)).toString("base64");

afterEach(closeClients);

test("is refused before anything is sent, in the words of both keys, and applied under its own", async () => {
  const rig = await Rig.create(WORLD);
  const client = await ProviderClient.open(rig.platform(), { state_key: keyOf("a") });
  const { keyId } = client.provider.connection.run;
  const typeName = "jp1im_client";
  const file = new Dynamic(["object", { file: "string" }], { file: "app" });
  const config = objectOf(typeName, { id: "app", deliver_to: file });
  const request = { typeName, config, proposedNewState: config };
  const { plannedState, plannedPrivate } = await client.must("planResourceChange", request);
  rig.takeWrites();

  await client.configure({ state_key: keyOf("b") });
  const other = client.provider.connection.run.keyId;
  const apply = { typeName, config, plannedState, plannedPrivate };
  const [found] = errorsIn(await client.call("applyResourceChange", apply));
  expect(found.summary).toBe(
    `The plan was made under the state key ${keyId}, and this apply has the key ${other}`,
  );
  expect(found.summary).not.toContain(keyOf("a"));
  expect(rig.takeWrites()).toEqual([]);

  await client.configure({ state_key: keyOf("a") });
  await client.must("applyResourceChange", apply);
  expect(rig.takeWrites()).toHaveLength(1);
});

test.each([
  { token: "t" },
  { token: "t", keyId: "k" },
  { token: "t", planned: "a\nb" },
  { token: "t", keyId: "k", planned: "" },
])("what a plan hands over comes back: %j", (data) => {
  expect(unpackOwnData(packOwnData(data))).toEqual(data);
});
