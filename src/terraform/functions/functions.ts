import { notAnAddress } from "../../library/nearest";
import {
  agentAddress,
  clientAddress,
  initialSecretAddress,
  lowerManagerAddress,
  parseAddress,
  secretAddress,
} from "../../model/address";
import { fingerprint } from "./fingerprint";
import { ArgumentError, type ProviderFunction } from "./provider-function";

const manager = { name: "manager", description: "The manager's name in the provider." };
const host = { name: "host", description: "The agent's host name." };
const managerHost = { name: "manager_host", description: "The manager that the agent reports to." };

type Builder = (...args: readonly [string, string, string, string]) => string;

function addressFunction(
  name: string,
  summary: string,
  parameters: ProviderFunction["parameters"],
  build: Builder,
): ProviderFunction {
  return {
    ...{ name, summary, parameters, returns: "string" },
    call: (args) => {
      const empty = args.indexOf("");
      if (empty >= 0) throw new ArgumentError(empty, "no part of an address can be empty");
      const [first = "", second = "", third = "", fourth = ""] = args;
      return build(first, second, third, fourth);
    },
  };
}

const parse: ProviderFunction = {
  name: "parse_address",
  summary: "The parts of an address; a part that the address does not have is null.",
  parameters: [{ name: "address", description: "An address, as plans and imports show it." }],
  returns: [
    "object",
    {
      kind: "string",
      manager: "string",
      id: "string",
      host: "string",
      manager_host: "string",
      key: "string",
    },
  ],
  call([address = ""]) {
    const parsed = parseAddress(address);
    if (parsed === undefined) {
      const { remedy } = notAnAddress(address, []) ?? {};
      throw new ArgumentError(0, `${JSON.stringify(address)} is not an address: ${remedy}`);
    }
    const parts = {
      id: null,
      host: null,
      manager_host: null,
      key: null,
      kind: parsed.kind,
      manager: parsed.manager,
    };
    switch (parsed.kind) {
      case "client":
        return { ...parts, id: parsed.id };
      case "lower-manager":
        return { ...parts, host: parsed.host };
      case "agent":
      case "secret": {
        const { agent } = parsed;
        const key = parsed.kind === "secret" ? parsed.key : null;
        return { ...parts, host: agent.host, manager_host: agent.managerHost, key };
      }
      default:
        return parts;
    }
  },
};

export const functions: ReadonlyMap<string, ProviderFunction> = new Map(
  [
    addressFunction(
      "client_address",
      "The address of an IM client.",
      [manager, { name: "id", description: "The client's ID." }],
      clientAddress,
    ),
    addressFunction(
      "initial_secret_address",
      "The address of a manager's initial secret.",
      [manager],
      initialSecretAddress,
    ),
    addressFunction(
      "lower_manager_address",
      "The address of a lower manager.",
      [manager, { name: "host", description: "Its host name." }],
      lowerManagerAddress,
    ),
    addressFunction(
      "agent_address",
      "The address of an agent.",
      [manager, managerHost, host],
      (name, above, own) => agentAddress(name, { host: own, managerHost: above }),
    ),
    addressFunction(
      "secret_address",
      "The address of one secret of an agent.",
      [manager, managerHost, host, { name: "key", description: "The secret's name." }],
      (name, above, own, key) => secretAddress(name, { host: own, managerHost: above }, key),
    ),
    parse,
    fingerprint,
  ].map((each) => [each.name, each]),
);
