/** The page's own element with an ID; it is missing where the page was changed by hand. */
export function elementOf<T extends Element>(id: string, type: new () => T): T {
  const found = document.getElementById(id);
  if (found instanceof type) return found;
  throw new Error(`the report has no ${id}`);
}

/** The value of a select, or of an input; empty where the page has none of this ID. */
export function fieldValue(id: string): string {
  const found = document.getElementById(id);
  return found instanceof HTMLSelectElement || found instanceof HTMLInputElement ? found.value : "";
}
