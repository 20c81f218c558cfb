import type { SyslogFacility } from "../../model/desired-state";

const facilities: Readonly<Record<SyslogFacility, number>> = {
  ...{ user: 1, daemon: 3, auth: 4, authpriv: 10, audit: 13 },
  ...{ local0: 16, local1: 17, local2: 18, local3: 19 },
  ...{ local4: 20, local5: 21, local6: 22, local7: 23 },
};

/** The severity of RFC 5424 for a normal but significant condition. */
const NOTICE = 5;

export interface SyslogHeader {
  readonly facility: SyslogFacility;
  /** As RFC 3339 writes it. */
  readonly time: string;
  readonly host: string;
  readonly pid: number;
  /** Type of the message. */
  readonly id: string;
}

/** One message of RFC 5424, without structured data. The text must be printable ASCII. */
export function syslogMessage({ facility, time, host, pid, id }: SyslogHeader, text: string): string {
  const priority = facilities[facility] * 8 + NOTICE;
  return `<${priority}>1 ${time} ${field(host, 255)} jp1im ${pid} ${field(id, 32)} - ${text}`;
}

/** A field is printable ASCII without spaces, and `-` where there is none. */
function field(text: string, most: number): string {
  return text.replace(/[^!-~]/g, "_").slice(0, most) || "-";
}
