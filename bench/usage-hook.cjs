// Loaded into a measured process: leaves its peak memory (KiB) where the bench looks for it.
const { writeFileSync } = require("node:fs");

process.on("exit", () => {
  if (!process.env.BENCH_USAGE) return;
  writeFileSync(process.env.BENCH_USAGE, JSON.stringify({ maxRSS: process.resourceUsage().maxRSS }));
});
