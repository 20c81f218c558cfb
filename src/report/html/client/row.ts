import { type ReportRow, resultWords, rowSigns } from "../page-data";
import { elementOf } from "./elements";

/** A row of the list: a copy of the page's template, filled with text and never with markup. */
export function rowElement(row: ReportRow, isOpen: boolean): DocumentFragment {
  const item = document.importNode(elementOf("row", HTMLTemplateElement).content, true);
  const details = item.querySelector("details");
  if (details === null) return item;
  details.className = `change ${row.action}`;
  details.open = isOpen;
  fill(details, ".action", `${rowSigns[row.action]} ${row.action}`);
  fill(details, ".address", row.address);
  fill(details, ".reason", row.reason);
  fill(details, ".result", resultWords[row.result]).className = `result ${row.result}`;
  details.querySelector("dl")?.append(...row.details.map(detailElement));
  return item;
}

/** The same for paper: expanded, and with few elements, because laying out printed pages takes longest. */
export function paperElement({ address, action, reason, result, details }: ReportRow): Element {
  const item = document.createElement("li");
  item.className = `change ${action}`;
  item.append(
    ...textElement("b", "action", `${rowSigns[action]} ${action}`),
    ...textElement("bdi", "address", address),
    `${reason}  `,
    ...(result === "" ? [] : textElement("b", `result ${result}`, resultWords[result])),
    document.createElement("br"),
    details.map(([label, value]) => `${label}: ${value}`).join("; "),
  );
  return item;
}

function textElement(tag: string, className: string, text: string): (Element | string)[] {
  const element = document.createElement(tag);
  element.className = className;
  element.textContent = text;
  return [element, "  "];
}

function fill(parent: Element, selector: string, text: string): Element {
  const element = parent.querySelector(selector);
  if (element === null) throw new Error(`the template of a row has no ${selector}`);
  element.textContent = text;
  return element;
}

function detailElement([label, value]: readonly [string, string]): Element {
  const pair = document.createElement("div");
  for (const [tag, text] of [
    ["dt", label],
    ["dd", value],
  ] as const) {
    const part = document.createElement(tag);
    part.textContent = text;
    pair.append(part);
  }
  return pair;
}
