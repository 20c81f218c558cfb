// Loaded into a measured process: leaves its peak memory (KiB) and its processor time (µs) where the bench looks for it.
const { writeFileSync } = require("node:fs");

process.on("exit", () => {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  if (!process.env.BENCH_USAGE) return;
  writeFileSync(process.env.BENCH_USAGE, JSON.stringify({ maxRSS, cpu: userCPUTime + systemCPUTime }));
});
