import type { FreezeWindow } from "../model/desired-state";
import type { DecodeContext } from "../yaml/decode-context";
import type { DiagnosticEntry } from "../yaml/diagnostic-list";
import { quote } from "../yaml/quote";
import { child, textOf, type YamlNode } from "../yaml/yaml-node";

/** In the order of their numbers. */
const DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const MINUTES_OF_A_DAY = 24 * 60;

/** One item of `policy.freeze`; `undefined` after a diagnostic about it. The schema has checked its form. */
export function decodeFreeze(node: YamlNode, context: DecodeContext): FreezeWindow | undefined {
  const { source, diagnostics } = context;
  const position = source.position(node.start);
  const decoded = child(node, "days") ? weekly(node) : fixed(node);
  if ("wrong" in decoded) {
    const place = source.position((child(node, decoded.wrong) ?? node).start);
    diagnostics.add({ ...decoded.diagnostic, position: place });
    return undefined;
  }
  const reason = child(node, "reason");
  return { ...decoded, reason: reason && textOf(reason), position };
}

type Decoded = DistributiveOmit<FreezeWindow, "reason" | "position"> | Wrong;
type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

interface Wrong {
  /** The key that the diagnostic is about. */
  readonly wrong: string;
  readonly diagnostic: Omit<DiagnosticEntry, "position">;
}

function fixed(node: YamlNode): Decoded {
  const [from, to] = [textOf(child(node, "from")), textOf(child(node, "to"))];
  const [begins, ends] = [instant(from), instant(to)];
  if (begins === undefined) return noInstant("from", from);
  if (ends === undefined) return noInstant("to", to);
  if (ends <= begins) {
    const when = ends === begins ? "when" : "before";
    return wrong("to", `the freeze window ends at ${quote(to)}, ${when} it begins`, "put `to` after `from`");
  }
  return { recurs: "never", from: begins, to: ends, shown: `from ${from} to ${to}` };
}

function weekly(node: YamlNode): Decoded {
  const given = { from: child(node, "from"), to: child(node, "to") };
  const from = given.from ? textOf(given.from) : "00:00";
  const to = given.to ? textOf(given.to) : "24:00";
  const [begins, ends] = [minuteOf(from), minuteOf(to)];
  if (begins === undefined || begins === MINUTES_OF_A_DAY) return noTime("from", from, "23:59");
  if (ends === undefined) return noTime("to", to, "24:00");
  if (begins === ends) {
    const remedy = "omit both for the whole day; for a window past midnight, set an end before the begin";
    return wrong("to", `the freeze window ends at ${quote(to)}, when it begins`, remedy);
  }
  const timeZone = textOf(child(node, "timezone"));
  if (!isTimeZone(timeZone)) {
    return wrong(
      "timezone",
      `there is no time zone ${quote(timeZone)}`,
      "write an IANA name such as `Asia/Tokyo` or `UTC`",
    );
  }
  const names = itemTexts(child(node, "days"));
  const until = ends < begins ? `${to} of the next day` : to;
  const shown = `every ${names.join(", ")} from ${from} to ${until}, ${timeZone}`;
  const days = names.map((name) => DAYS.indexOf(name));
  return { recurs: "weekly", days, from: begins, to: ends, timeZone, shown };
}

/** A moment with its offset; `undefined` for a day or a time that the calendar does not have. */
function instant(text: string): number | undefined {
  const [, day = "", hour = ""] = /^(\d{4}-\d{2}-\d{2})T(\d{2})/.exec(text) ?? [];
  const midnight = Date.parse(`${day}T00:00:00Z`);
  const moment = Date.parse(text);
  if (Number.isNaN(midnight) || Number.isNaN(moment) || hour === "24") return undefined;
  // `Date` takes the 30th of February as a day in March.
  return new Date(midnight).toISOString().startsWith(day) ? moment : undefined;
}

/** Minutes since midnight, up to 24:00. */
function minuteOf(text: string): number | undefined {
  const [, hours, minutes] = /^(\d{2}):([0-5]\d)$/.exec(text) ?? [];
  const total = Number(hours) * 60 + Number(minutes);
  return total <= MINUTES_OF_A_DAY ? total : undefined;
}

function isTimeZone(name: string): boolean {
  try {
    // Some engines accept an offset such as +09:00, which has no summer time.
    return /^[A-Za-z]/.test(name) && Boolean(new Intl.DateTimeFormat("en-US", { timeZone: name }));
  } catch {
    return false;
  }
}

function itemTexts(node: YamlNode | undefined): string[] {
  return node?.kind === "list" ? node.items.map(textOf) : [];
}

function noInstant(key: string, text: string): Wrong {
  return wrong(
    key,
    `${quote(text)} is no moment of the calendar with its offset`,
    "write it as `2026-12-24T00:00:00+09:00`; times of a day go with `days` and `timezone`",
  );
}

function noTime(key: string, text: string, last: string): Wrong {
  return wrong(
    key,
    `${quote(text)} is no time of a day`,
    `write it as \`22:00\`, from \`00:00\` to \`${last}\``,
  );
}

function wrong(key: string, summary: string, remedy: string): Wrong {
  return { wrong: key, diagnostic: { code: "out-of-range", summary, remedy } };
}
