/** The options of `init`: how to reach a manager, and which files to write. */
import { tlsFile, urlOption } from "./enrolment-options";
import { INPUT, RUN } from "./groups";
import { EnvOption } from "./option";

export const initOptions = (): EnvOption[] => [
  urlOption(),
  new EnvOption("--host <host>", "the manager's own host name, as its agents name it", {
    env: "JP1IM_HOST",
    group: INPUT,
  }),
  new EnvOption("--user <user>", "JP1 user to log in as", { env: "JP1IM_USER", group: INPUT }),
  new EnvOption("--password-env <name>", "environment variable that holds the user's password", {
    env: "JP1IM_PASSWORD_ENV",
    group: INPUT,
  }),
  new EnvOption("--name <name>", "the manager's name in the desired state, with which addresses begin", {
    env: "JP1IM_NAME",
    group: INPUT,
    defaultText: "made from --host",
  }),
  tlsFile("ca", "certificate of the authority that the manager's certificate is checked against, in PEM"),
  new EnvOption("--from-manager", "also declare what the manager holds, and import it", {
    env: "JP1IM_FROM_MANAGER",
    group: RUN,
  }),
];
