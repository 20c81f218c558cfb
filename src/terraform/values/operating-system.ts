import { wildcard } from "../../library/manager-run/matched-agents";
import { type Fault, fault } from "../fault";
import type { Value } from "./type";

const SYSTEMS = ["linux", "windows"];

/** A fault if `os` cannot match any agent. Otherwise a typing error would look like a system without agents. */
export function systemFaults(os: Value | undefined): readonly Fault[] {
  if (typeof os !== "string" || SYSTEMS.some(wildcard(os.toLowerCase()))) return [];
  const detail = 'Write "linux" or "windows", in upper or lower case.';
  return [fault(["os"], `\`os\` cannot be ${JSON.stringify(os)}`, detail)];
}
