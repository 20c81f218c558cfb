/** Phrases that all text reports share. */

/** `1 request`, `12,000 requests`. */
export function countOf(count: number, singular: string, plural = `${singular}s`): string {
  return `${grouped(count)} ${count === 1 ? singular : plural}`;
}

/** With separated thousands. Node's own `Intl` would take a third of the time of a short command. */
export function grouped(count: number): string {
  return count < 1_000 ? String(count) : String(count).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** The line for what is left out: `what` is `more`, or `more agents`. */
export function moreLikeThese(count: number, what = "more"): string {
  return `… and ${grouped(count)} ${what} like these (all with --output json)`;
}

/** `45 s`, `3 min`, `2 h 5 min`. */
export function durationText(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
