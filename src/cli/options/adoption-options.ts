/** The options of `export` and `import`, which take over what exists. */

import { OUTPUT, RUN, SCOPE } from "./groups";
import { EnvOption } from "./option";

/** Options for the names in an export, and for its destination. */
export const exportOptions = (): EnvOption[] => [
  new EnvOption(
    "--source <template>",
    "source of each value, TYPE:TEXT or TYPE:JSON with {AGENT}, {KEY}, {MANAGERHOST}, {MANAGER} in it",
    { env: "JP1IM_EXPORT_SOURCE", group: OUTPUT, defaultText: "env:{AGENT}_{KEY}" },
  ),
  new EnvOption(
    "--sink <template>",
    "sink of each client, TYPE:TEXT or TYPE:JSON with {CLIENT}, {MANAGER} in it",
    {
      env: "JP1IM_EXPORT_SINK",
      group: OUTPUT,
      defaultText: "file:out/{CLIENT}.secret",
    },
  ),
  new EnvOption("--out-dir <folder>", "write files to this folder", {
    env: "JP1IM_OUT_DIR",
    group: OUTPUT,
    path: true,
    defaultText: "stdout",
  }),
  new EnvOption("--split <by>", "a file for each kind, or for each agent", {
    env: "JP1IM_SPLIT",
    group: OUTPUT,
    choices: ["kind", "agent"],
    defaultText: "one file",
  }),
  new EnvOption("--overwrite", "replace files that are there", { env: "JP1IM_OVERWRITE", group: OUTPUT }),
];

export const importOptions = (): EnvOption[] => [
  new EnvOption("--all", "everything that is declared and there", { env: "JP1IM_IMPORT_ALL", group: SCOPE }),
  new EnvOption("--same-manager", "a manager at another address is the one that the state was written for", {
    env: "JP1IM_SAME_MANAGER",
    group: SCOPE,
  }),
  new EnvOption("--dry-run", "only show what would be imported", { env: "JP1IM_DRY_RUN", group: RUN }),
];
