/** The page's own element with an ID; missing if the page was changed by hand. */
export function elementOf<T extends Element>(id: string, type: new () => T): T {
  const element = document.getElementById(id);
  if (element instanceof type) return element;
  throw new Error(`the report has no ${id}`);
}

/** The value of a select or an input; empty if the page has none with this ID. */
export function fieldValue(id: string): string {
  const element = document.getElementById(id);
  return element instanceof HTMLSelectElement || element instanceof HTMLInputElement ? element.value : "";
}
