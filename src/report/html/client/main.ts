/**
 * The script of the report: search, filters, pages and printing. Without it the page has the summary and the first
 * changes.
 */
import { unpackRows } from "../page-data";
import { ChangeList } from "./change-list";
import { elementOf, fieldValue } from "./elements";
import { everything, filterRows, searchable } from "./filter";

const FILTERS = ["search", "manager", "kind", "action", "result"] as const;

if (document.getElementById("changes")) start();

function start(): void {
  const data = document.getElementById("data")?.textContent ?? "";
  const rows = unpackRows(JSON.parse(data));
  const searched = rows.map(searchable);
  const list = new ChangeList(rows);
  const apply = () => {
    const given = FILTERS.map((id) => [id, fieldValue(id)] as const).filter(([, value]) => value !== "");
    const filter = given.map(([id, value]) => `${id} ${JSON.stringify(value)}`).join(", ");
    list.show(filterRows(searched, { ...everything, ...Object.fromEntries(given) }), filter);
  };
  elementOf("controls", HTMLElement).hidden = false;
  for (const id of FILTERS) document.getElementById(id)?.addEventListener("input", apply);
  listenToButtons(list, apply);
  listenToKeys();
  expandForPrint(list);
  apply();
}

function listenToButtons(list: ChangeList, apply: () => void): void {
  const button = (id: string) => elementOf(id, HTMLButtonElement);
  button("previous").addEventListener("click", () => list.turn(-1));
  button("next").addEventListener("click", () => list.turn(1));
  button("expand").addEventListener("click", ({ currentTarget }) => {
    if (!(currentTarget instanceof HTMLButtonElement)) return;
    const isExpanded = currentTarget.ariaPressed !== "true";
    currentTarget.ariaPressed = String(isExpanded);
    list.expand(isExpanded);
  });
  button("clear").addEventListener("click", () => {
    for (const id of FILTERS) {
      const field = document.getElementById(id);
      if (field instanceof HTMLSelectElement || field instanceof HTMLInputElement) field.value = "";
    }
    apply();
  });
}

/** A slash moves to the search, unless the user is typing text. */
function listenToKeys(): void {
  const search = elementOf("search", HTMLInputElement);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement) return;
    event.preventDefault();
    search.focus();
  });
}

/** Expands everything while the page is printed: all rows that pass the filters, and every section. */
function expandForPrint(list: ChangeList): void {
  let folded: HTMLDetailsElement[] = [];
  addEventListener("beforeprint", () => {
    list.drawAll();
    folded = [...document.querySelectorAll<HTMLDetailsElement>("details.section:not([open])")];
    for (const section of folded) section.open = true;
  });
  addEventListener("afterprint", () => {
    for (const section of folded) section.open = false;
    list.draw();
  });
}
