// Loaded into a measured process: leaves its peak memory (KiB) where the bench looks for it.
const { writeFileSync } = require("node:fs");

process.on("exit", () => {
  if (process.env.BENCH_USAGE) writeFileSync(process.env.BENCH_USAGE, String(process.resourceUsage().maxRSS));
});
