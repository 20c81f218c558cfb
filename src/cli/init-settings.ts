/** The options of `init`: how a manager is reached, and what is written of it. */
import { tlsFile, urlSetting } from "./enrolment-settings";
import { Setting } from "./setting";
import { INPUT, RUN } from "./setting-groups";

export const initSettings = (): Setting[] => [
  urlSetting(),
  new Setting("--host <host>", "the manager's own host name, as its agents name it", {
    env: "JP1IM_HOST",
    group: INPUT,
  }),
  new Setting("--user <user>", "JP1 user to log in as", { env: "JP1IM_USER", group: INPUT }),
  new Setting("--password-env <name>", "environment variable that holds the user's password", {
    env: "JP1IM_PASSWORD_ENV",
    group: INPUT,
  }),
  new Setting("--name <name>", "the manager's name in the desired state, with which addresses begin", {
    env: "JP1IM_NAME",
    group: INPUT,
    defaultText: "made from --host",
  }),
  tlsFile("ca", "certificate of the authority that the manager's certificate is checked against, in PEM"),
  new Setting("--from-manager", "also declare what the manager holds, and import it", {
    env: "JP1IM_FROM_MANAGER",
    group: RUN,
  }),
];
