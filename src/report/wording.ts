/** The few turns of phrase that every text report shares. */

/** `1 request`, `12,000 requests`. */
export function countOf(count: number, singular: string, plural = `${singular}s`): string {
  return `${grouped(count)} ${count === 1 ? singular : plural}`;
}

/** Thousands separated, whatever the machine's language: a report reads the same everywhere. */
export function grouped(count: number): string {
  return count.toLocaleString("en-US");
}

/** The line that stands for what a fold leaves out: `what` is `more`, or `more agents`. */
export function moreLikeThese(count: number, what = "more"): string {
  return `… and ${grouped(count)} ${what} like these (all with --output json)`;
}
