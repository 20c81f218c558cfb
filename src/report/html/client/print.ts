import type { ChangeList } from "./change-list";

/** Expands what is folded while the page is printed: all that the filters let through, and every section. */
export function expandForPrint(list: ChangeList): void {
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
