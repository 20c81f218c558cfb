/** The options of `enroll` and of `initial-secret issue`, which deliver a secret that the command line names. */

import { INPUT, RUN } from "./groups";
import { EnvOption } from "./option";
import { statePlace } from "./values";

export const deliverToOption = (): EnvOption =>
  new EnvOption(
    "--deliver-to <sink>",
    "where the secret goes: file:PATH, exec:PROGRAM, vault:PATH, or TYPE:JSON with options; repeatable",
    { env: "JP1IM_DELIVER_TO", group: INPUT, list: true },
  );

export const enrolmentStateOption = (): EnvOption =>
  new EnvOption("--state <path>", "where the state is kept", {
    env: "JP1IM_STATE",
    group: INPUT,
    path: true,
    refusesEmpty: true,
    parse: statePlace,
    defaultText: ".jp1im-enroll beside the delivered file",
  });

export const urlOption = (): EnvOption =>
  new EnvOption("--url <url>", "the manager: https://HOST:20703", { env: "JP1IM_URL", group: INPUT });

/** The manager, the login and the trusted certificate, for a command that reads no desired state. */
export const enrolmentOptions = (): EnvOption[] => [
  urlOption(),
  new EnvOption("--client-id <id>", "ID of the IM client to issue", {
    env: "JP1IM_CLIENT_ID",
    group: INPUT,
    names: "client",
  }),
  new EnvOption(
    "--initial-secret <source>",
    "where the manager's initial secret is: env:NAME, file:PATH, exec:PROGRAM, or TYPE:JSON with options",
    { env: "JP1IM_INITIAL_SECRET_SOURCE", group: INPUT },
  ),
];

export const tlsOptions = (): EnvOption[] => [
  tlsFile("ca", "certificate of the authority that the manager's certificate is checked against, in PEM"),
  tlsFile("cert", "certificate of this client for mutual TLS, in PEM"),
  tlsFile("key", "private key of --cert, in PEM"),
  new EnvOption("--insecure", "accept any certificate: any server that answers gets the initial secret", {
    env: "JP1IM_TLS_INSECURE",
    group: RUN,
  }),
];

export function tlsFile(name: string, description: string): EnvOption {
  return new EnvOption(`--${name} <file>`, description, {
    env: `JP1IM_TLS_${name.toUpperCase()}`,
    group: RUN,
    path: true,
  });
}
