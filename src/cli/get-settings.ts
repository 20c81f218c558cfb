/** The options of `get`: the criteria of a selector, and how the list is shown. */
import { Setting } from "./setting";
import { SCOPE } from "./setting-groups";
import { managersSetting, outputSettings } from "./settings";

export const getFilterSettings = (): Setting[] => [
  managersSetting(),
  new Setting(
    "--match <pattern>",
    "only names that match: hosts, client IDs, or with secrets the agents' hosts",
    {
      env: "JP1IM_MATCH",
      group: SCOPE,
    },
  ),
  new Setting("--manager-host <pattern>", "only agents that report to such a manager host", {
    env: "JP1IM_MANAGER_HOST",
    group: SCOPE,
    names: "host",
  }),
  new Setting("--os <pattern>", "only agents with such an operating system", {
    env: "JP1IM_OS",
    group: SCOPE,
  }),
  new Setting("--addon <name>", "only agents on which this add-on is enabled; repeatable", {
    env: "JP1IM_ADDON",
    group: SCOPE,
    list: true,
  }),
];

export const getOutputSettings = (): Setting[] => outputSettings(["text", "wide", "json", "yaml", "name"]);
