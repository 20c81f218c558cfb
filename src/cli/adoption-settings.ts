/** The options of `export` and `import`, which take over what exists. */
import { Setting } from "./setting";
import { OUTPUT, RUN, SCOPE } from "./setting-groups";

/** What an export makes of names, and where it goes. */
export const exportSettings = (): Setting[] => [
  new Setting(
    "--source <template>",
    "source of each value, TYPE:TEXT or TYPE:JSON with {AGENT}, {KEY}, {MANAGERHOST}, {MANAGER} in it",
    { env: "JP1IM_EXPORT_SOURCE", group: OUTPUT, defaultText: "env:{AGENT}_{KEY}" },
  ),
  new Setting(
    "--sink <template>",
    "sink of each client, TYPE:TEXT or TYPE:JSON with {CLIENT}, {MANAGER} in it",
    {
      env: "JP1IM_EXPORT_SINK",
      group: OUTPUT,
      defaultText: "file:out/{CLIENT}.secret",
    },
  ),
  new Setting("--out-dir <folder>", "write files to this folder", {
    env: "JP1IM_OUT_DIR",
    group: OUTPUT,
    path: true,
    defaultText: "stdout",
  }),
  new Setting("--split <by>", "a file for each kind, or for each agent", {
    env: "JP1IM_SPLIT",
    group: OUTPUT,
    choices: ["kind", "agent"],
    defaultText: "one file",
  }),
  new Setting("--overwrite", "replace files that are there", { env: "JP1IM_OVERWRITE", group: OUTPUT }),
];

export const importSettings = (): Setting[] => [
  new Setting("--all", "everything that is declared and there", { env: "JP1IM_IMPORT_ALL", group: SCOPE }),
  new Setting("--same-manager", "a manager at another address is the one that the state was written for", {
    env: "JP1IM_SAME_MANAGER",
    group: SCOPE,
  }),
  new Setting("--dry-run", "only show what would be imported", { env: "JP1IM_DRY_RUN", group: RUN }),
];
