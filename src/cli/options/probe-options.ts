/** The options of `probe`. */

import { OUTPUT, RUN, SCOPE } from "./groups";
import { EnvOption } from "./option";

export const probeOptions = (): EnvOption[] => [
  new EnvOption(
    "--agent <host>",
    "agent that gets the scratch keys, on which nothing depends: HOST or MANAGERHOST/HOST",
    { env: "JP1IM_PROBE_AGENT", group: SCOPE },
  ),
  new EnvOption("--skip <gap>", "do not ask this gap; repeatable", {
    env: "JP1IM_PROBE_SKIP",
    group: SCOPE,
    list: true,
  }),
  new EnvOption("--clean-up", "only remove what an earlier probe has left, after a yes", {
    env: "JP1IM_PROBE_CLEAN_UP",
    group: RUN,
  }),
  new EnvOption("--report <file>", "where the report goes", {
    env: "JP1IM_PROBE_REPORT",
    group: OUTPUT,
    path: true,
    defaultText: "probe.json",
  }),
];
