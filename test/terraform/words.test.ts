/** Causes that a user meets first, in the words of a Terraform configuration. */
import { TransportError } from "../../src/api/transport";
import { Dynamic } from "../../src/terraform/values/type";
import { Rig } from "../rig/rig";
import { closeClients, objectOf, ProviderClient } from "./provider-client";
import { ResourceLife } from "./resource-life";
import { tokyoOf } from "./tokyo-world";

const CLIENT = "jp1im_client";
const config = { id: "app", deliver_to: new Dynamic(["object", { file: "string" }], { file: "out" }) };

afterEach(closeClients);

async function failing(fault: TransportError, url: string) {
  const rig = await Rig.create(tokyoOf(""));
  const transport = () => ({ send: () => Promise.reject(fault), close: async () => {} });
  const client = await ProviderClient.open({ ...rig.platform(), transport }, { url });
  return (await new ResourceLife(client, CLIENT).plan(config)).errors.join();
}

test("a certificate that is not trusted names `tls` as the block has it", async () => {
  const fault = new TransportError("tls", false, "the certificate is self-signed and not trusted");
  expect(await failing(fault, "https://tokyo.test")).toContain(
    '`tls = { ca = "FILE.pem" }` in the provider block',
  );
});

test("a manager that does not answer in time names `timeout` of the block", async () => {
  const fault = new TransportError("timeout", false, "no answer came in time");
  expect(await failing(fault, "https://tokyo.test")).toContain("raise `timeout` in the provider block");
});

test.each([
  ["http://tokyo.test", true],
  ["https://tokyo.test", false],
])("a connection to %s that breaks asks for HTTPS where that may be why: %s", async (url, isAsked) => {
  const fault = new TransportError("lost", true, "the connection broke", "UND_ERR_SOCKET");
  expect((await failing(fault, url)).includes("`url` begins with https://")).toBe(isAsked);
});

test("a provider block without `host` is named, and not the resource's own `host`", async () => {
  const rig = await Rig.create(tokyoOf("    agents: [{ host: web1 }]\n"));
  const client = await ProviderClient.open(rig.platform(), {
    url: "http://192.0.2.7",
    host: null,
    name: "tokyo",
  });
  const life = new ResourceLife(client, "jp1im_agent_secrets");
  const { errors, paths } = await life.plan({ host: "web1", secrets_wo: { k: "v" } });
  expect(errors).toEqual([expect.stringContaining("set `host` in the provider block")]);
  expect(paths).toEqual([undefined]);
});

test("an ID that agents and managers have is refused before there is a manager", async () => {
  const client = await ProviderClient.open((await Rig.create(tokyoOf(""))).platform());
  const { diagnostics } = await client.call("validateResourceConfig", {
    ...{ typeName: CLIENT, config: objectOf(CLIENT, { ...config, id: "AGENT_x" }) },
  });
  expect(diagnostics).toEqual([expect.objectContaining({ summary: expect.stringContaining("AGENT_x") })]);
});
