/** The lock as Terraform's protocol has it: what is sent with LOCK, and what a server answers that has another one. */
import type { LockHolder } from "../../model/state-listing";
import { holderFromJson, UNREADABLE } from "../lock/holder-json";

/** A lock that a server named: its ID, and what else it said. */
export interface LockInfo {
  readonly id?: string;
  readonly who?: string;
  readonly since?: string;
  /** As our own run wrote it, where the server gives it back. */
  readonly holder?: LockHolder;
}

/** All that Terraform sends, as some servers ask for each of the fields. */
export function lockInfoToJson(holder: LockHolder): string {
  return JSON.stringify({
    ID: holder.id,
    Operation: holder.command,
    Info: JSON.stringify(holder),
    Who: holder.who,
    Version: "jp1im",
    Created: holder.since,
    Path: "",
  });
}

export function lockInfoFromJson(text: string): LockInfo {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return {};
  }
  if (typeof value !== "object" || value === null) return {};
  const { ID, Who, Created, Info } = value as Record<string, unknown>;
  const [id, who, since] = [ID, Who, Created].map((each) =>
    typeof each === "string" && each !== "" ? each : undefined,
  );
  const holder = typeof Info === "string" ? holderFromJson(Info) : undefined;
  return {
    ...(id !== undefined && { id }),
    ...(who !== undefined && { who }),
    ...(since !== undefined && { since }),
    // GitLab answers with the ID of the holder and the `Info` of the one who asked.
    ...(holder !== undefined && holder.id === id && { holder }),
  };
}

/** Who holds a lock, by what the server says and by what the document says of the last run that wrote to it. */
export function holderOf(info: LockInfo, noted: LockHolder | undefined): LockHolder {
  const known = info.holder ?? (info.id === undefined || noted?.id === info.id ? noted : undefined);
  if (known !== undefined) return withoutHeartbeat(known);
  const { id = UNREADABLE, who = "somebody unknown", since = UNKNOWN } = info;
  return { id, who, host: "", pid: 0, command: UNKNOWN, since, heartbeat: UNKNOWN };
}

/** The protocol has no heartbeat: how old a lock is tells nothing of whether its run still works. */
export function withoutHeartbeat(holder: LockHolder): LockHolder {
  return { ...holder, heartbeat: UNKNOWN };
}

export const UNKNOWN = "unknown";
