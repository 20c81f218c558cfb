import { visible } from "../model/visible";
import type { SimulatorReport } from "./output-document";
import { type Paint, plain } from "./paint";

/** The URLs of the simulated managers, to copy into a desired state. */
export function simulatorText({ managers, control }: SimulatorReport, paint: Paint = plain): string {
  const names = Object.keys(managers);
  const width = Math.max("control".length, ...names.map((name) => visible(name).length));
  const lines = Object.entries(managers).map(([name, url]) => `  ${visible(name).padEnd(width)}  ${url}`);
  if (control !== undefined) lines.push(`  ${paint("quiet", "control".padEnd(width))}  ${control}`);
  return `${paint("good", "Simulating")}, until Ctrl-C:\n${lines.join("\n")}\n`;
}
