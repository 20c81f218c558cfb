import { visible } from "../model/visible";
import { columnsOf, padded } from "./columns";
import type { SimulatorReport } from "./output-document";
import { type Paint, plain } from "./paint";

/** The URLs of the simulated managers, to copy into a desired state. */
export function simulatorText({ managers, control }: SimulatorReport, paint: Paint = plain): string {
  const names = Object.keys(managers).map(visible);
  const width = Math.max("control".length, ...names.map(columnsOf));
  const lines = Object.values(managers).map((url, index) => `  ${padded(names[index] ?? "", width)}  ${url}`);
  if (control !== undefined) lines.push(`  ${paint("quiet", padded("control", width))}  ${control}`);
  return `${paint("good", "Simulating")}, until Ctrl-C:\n${lines.join("\n")}\n`;
}
