/** Parses the values of options that are not plain text. */
import { InvalidArgumentError } from "commander";
import { parseShard, type Shard } from "../../model/shard";

/** A whole number from 1 to `most`. */
export function wholeNumber(most: number): (text: string) => number {
  return (text) => {
    const count = /^\d{1,4}$/.test(text) ? Number(text) : 0;
    if (count >= 1 && count <= most) return count;
    throw new InvalidArgumentError(`It takes a whole number from 1 to ${most}.`);
  };
}

/** `2/8`: the second of eight. */
export function shard(text: string): Shard {
  const parsed = parseShard(text);
  if (parsed !== undefined) return parsed;
  throw new InvalidArgumentError("It takes a part of a whole, such as 2/8 for the second of eight shards.");
}

/** Milliseconds; a bare number counts seconds. */
export function duration(text: string): number {
  const [, amount, unit = "s"] = /^(\d{1,7})(ms|s|m|h)?$/.exec(text) ?? [];
  if (amount === undefined) throw new InvalidArgumentError("It takes a duration such as 500ms, 30s or 5m.");
  return Number(amount) * (unitMs[unit] ?? 1_000);
}

/** A duration that is neither shorter nor longer than these. */
export function durationBetween(shortest: string, longest: string): (text: string) => number {
  return (text) => {
    const ms = duration(text);
    if (ms >= duration(shortest) && ms <= duration(longest)) return ms;
    throw new InvalidArgumentError(`It takes a duration from ${shortest} to ${longest}.`);
  };
}

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/**
 * The place of the state. An empty variable is an error: most often a job lacks its value, and the run must not use
 * another state instead.
 */
export function statePlace(text: string): string {
  if (text === "") throw new InvalidArgumentError("It is empty.");
  return text;
}

/** A person's name. It must not be empty, as an unset shell variable would make it. */
export function personName(text: string): string {
  if (text.trim() === "") throw new InvalidArgumentError("It is empty.");
  return text;
}
