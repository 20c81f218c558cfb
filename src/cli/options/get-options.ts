/** The options of `get`: the criteria of a selector, and how the list is shown. */

import { SCOPE } from "./groups";
import { EnvOption } from "./option";
import { managersOption, outputOptions } from "./shared-options";

export const getFilterOptions = (): EnvOption[] => [
  managersOption(),
  new EnvOption(
    "--match <pattern>",
    "only names that match: hosts, client IDs, or with secrets the agents' hosts",
    {
      env: "JP1IM_MATCH",
      group: SCOPE,
    },
  ),
  new EnvOption("--manager-host <pattern>", "only agents that report to such a manager host", {
    env: "JP1IM_MANAGER_HOST",
    group: SCOPE,
    names: "host",
  }),
  new EnvOption("--os <pattern>", "only agents with such an operating system", {
    env: "JP1IM_OS",
    group: SCOPE,
  }),
  new EnvOption("--addon <name>", "only agents on which this add-on is enabled; repeatable", {
    env: "JP1IM_ADDON",
    group: SCOPE,
    list: true,
  }),
];

export const getOutputOptions = (): EnvOption[] => outputOptions(["text", "wide", "json", "yaml", "name"]);
