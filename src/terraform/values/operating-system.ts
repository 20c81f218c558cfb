import { wildcard } from "../../library/manager-run/matched-agents";
import { type Fault, fault } from "../fault";
import type { Value } from "./type";

const SYSTEMS = ["linux", "windows"];

/** Whether `os` can match any agent: what matches none would be taken for a system of which there is no agent. */
export function systemFaults(os: Value | undefined): readonly Fault[] {
  if (typeof os !== "string" || SYSTEMS.some(wildcard(os.toLowerCase()))) return [];
  const detail = 'Write "linux" or "windows", in upper or lower case.';
  return [fault(["os"], `\`os\` cannot be ${JSON.stringify(os)}`, detail)];
}
