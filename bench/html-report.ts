/**
 * `npm run build && npx tsc -p bench/tsconfig.json && node build/bench/html-report.js`: the HTML report of 10,000 agents with 20,000 changes, as it is made and
 * as the Chromium on `PATH` shows it. Medians, in milliseconds.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser } from "playwright-core";
import { htmlReport } from "../src/report/html/html-report";
import { outputDocument } from "../src/report/output-document";
import { startBrowser } from "../test/report/html/browser";
import { fleetPlan } from "../test/report/plans";
import { median } from "./measure";

const ROUNDS = 5;
const SEARCHES = ["w", "web0", "web0999", "smtp web0999", ""];

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "jp1im-bench-"));
  const browser = await startBrowser();
  try {
    const file = join(folder, "fleet.html");
    const made = await repeated(async () => makePage(file));
    print("made", made);
    const opened: number[] = [];
    const searched: number[] = [];
    const filtered: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const [open, search, filter] = await use(browser, pathToFileURL(file).href);
      opened.push(open);
      searched.push(...search);
      filtered.push(filter);
    }
    print("opened, and its list drawn", opened);
    print("a search", searched);
    print("a filter", filtered);
    console.log(`${(readFileSync(file).length / 1e6).toFixed(1)} MB`);
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function makePage(file: string): void {
  const part = (type: string) => readFileSync(join(__dirname, `../../dist/cli/report.${type}`), "utf8");
  const document = outputDocument("plan", 0, { plan: fleetPlan(10_000) }, []);
  writeFileSync(file, htmlReport(document, { style: part("css"), script: part("js") }));
}

/** From the request of the file to the end of its loading; then from an input to the layout of what it leaves. */
async function use(browser: Browser, url: string): Promise<readonly [number, readonly number[], number]> {
  const page = await browser.newPage();
  await page.goto(url);
  const open = await page.evaluate<number>('performance.getEntriesByType("navigation")[0].loadEventEnd');
  const take = (id: string, value: string) =>
    page.evaluate<number>(`(() => {
      const begin = performance.now();
      const field = document.getElementById(${JSON.stringify(id)});
      field.value = ${JSON.stringify(value)};
      field.dispatchEvent(new Event("input"));
      document.body.getBoundingClientRect();
      return performance.now() - begin;
    })()`);
  const search: number[] = [];
  for (const text of SEARCHES) search.push(await take("search", text));
  const filter = await take("action", "delete");
  await page.close();
  return [open, search, filter];
}

async function repeated(work: () => Promise<void>): Promise<number[]> {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const begin = performance.now();
    await work();
    times.push(performance.now() - begin);
  }
  return times;
}

function print(what: string, times: readonly number[]): void {
  console.log(`${what}: ${Math.round(median(times))} (${Math.round(Math.max(...times))} at most)`);
}

void main();
