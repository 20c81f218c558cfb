/** The lock in Terraform's protocol: the body of LOCK, and the answer of a server that has another lock. */
import type { LockHolder } from "../../model/state-listing";
import { holderFromJson, UNREADABLE } from "../lock/holder-json";

/** A lock that a server named. */
export interface LockInfo {
  readonly id?: string | undefined;
  readonly who?: string | undefined;
  readonly since?: string | undefined;
  /** The holder as our run wrote it, if the server returns it. */
  readonly holder?: LockHolder | undefined;
}

/** Contains all fields that Terraform sends, because some servers require them all. */
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
    id,
    who,
    since,
    // GitLab answers with the ID of the holder and the `Info` of the requester.
    holder: holder !== undefined && holder.id === id ? holder : undefined,
  };
}

/** The holder of a lock, from the server's answer and from the last writer in the document. */
export function holderOf(info: LockInfo, writer: LockHolder | undefined): LockHolder {
  const known = info.holder ?? (info.id === undefined || writer?.id === info.id ? writer : undefined);
  if (known !== undefined) return withoutHeartbeat(known);
  const { id = UNREADABLE, who = "somebody unknown", since = UNKNOWN } = info;
  return { id, who, host: "", pid: 0, command: UNKNOWN, since, heartbeat: UNKNOWN };
}

/** The protocol has no heartbeat, so the age of a lock does not show whether its run still works. */
export function withoutHeartbeat(holder: LockHolder): LockHolder {
  return { ...holder, heartbeat: UNKNOWN };
}

export const UNKNOWN = "unknown";
