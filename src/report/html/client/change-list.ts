import { grouped } from "../../wording";
import type { ReportRow } from "../page-data";
import { elementOf } from "./elements";
import { paperElement, rowElement } from "./row";

/** Rows of one page: more would make typing in the search slow. */
const PAGE = 100;

/** The list of changes, a page at a time; on paper all of it. */
export class ChangeList {
  readonly #list = elementOf("list", HTMLOListElement);
  readonly #total: number;
  #rows: readonly ReportRow[];
  /** The filter in words; empty without one. */
  #filter = "";
  #page = 0;
  #isExpanded = false;

  constructor(rows: readonly ReportRow[]) {
    this.#rows = rows;
    this.#total = rows.length;
  }

  /** Shows the first page of these rows. */
  show(rows: readonly ReportRow[], filter: string): void {
    this.#rows = rows;
    this.#filter = filter;
    this.#page = 0;
    this.draw();
  }

  /** Turns to another page, and moves the keyboard focus there. */
  turn(pages: number): void {
    this.#page = Math.min(this.#last(), Math.max(0, this.#page + pages));
    this.draw();
    elementOf("changes", HTMLElement).focus();
  }

  expand(isExpanded: boolean): void {
    this.#isExpanded = isExpanded;
    this.draw();
  }

  /** Draws every row, expanded, for paper. */
  drawAll(): void {
    this.#list.start = 1;
    this.#list.replaceChildren(...this.#rows.map(paperElement));
  }

  draw(): void {
    const first = this.#page * PAGE;
    const rows = this.#rows.slice(first, first + PAGE);
    this.#list.start = first + 1;
    this.#list.replaceChildren(...rows.map((row) => rowElement(row, this.#isExpanded)));
    elementOf("count", HTMLElement).textContent = this.#countText();
    elementOf("page", HTMLElement).textContent = `Page ${this.#page + 1} of ${this.#last() + 1}`;
    elementOf("pager", HTMLElement).hidden = this.#last() === 0;
    elementOf("previous", HTMLButtonElement).disabled = this.#page === 0;
    elementOf("next", HTMLButtonElement).disabled = this.#page === this.#last();
  }

  /** Printed, too: readers of a part of the changes must know that it is a part. */
  #countText(): string {
    const count = this.#rows.length;
    if (this.#filter === "") return `${grouped(count)} of ${grouped(this.#total)} changes`;
    return `${grouped(count)} of ${grouped(this.#total)} changes, filtered by ${this.#filter}`;
  }

  #last(): number {
    return Math.max(0, Math.ceil(this.#rows.length / PAGE) - 1);
  }
}
