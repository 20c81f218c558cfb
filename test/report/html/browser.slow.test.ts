/** What the page does in a real browser. */
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import axe, { type AxeResults } from "axe-core";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { clientAddress } from "../../../src/model/address";
import { noMarks } from "../../../src/model/topology";
import { deferredChange, fleetPlan, mixedPlan, outcomeOf, planOf } from "../plans";
import { managerOf } from "../topologies";
import { browserPath, startBrowser } from "./browser";
import { facts, pagesWith } from "./pages";

const built = (type: string) => readFileSync(join(__dirname, `../../../dist/cli/report.${type}`), "utf8");
const pageOf = pagesWith({ style: built("css"), script: built("js") });

const plan = { ...mixedPlan, deferred: [deferredChange("app01", "smtp.password")] };
const outcome = outcomeOf(plan, {
  changes: plan.changes.map(({ address, action }, index) => ({
    address,
    action,
    status: (["failed", "skipped"] as const)[index] ?? "applied",
  })),
  diagnostics: [{ code: "manager-failed", severity: "error", summary: "it answered 500" }],
});
const applied = pageOf({ outcome }, { command: "apply", exitCode: 3 });

// Where it is skipped, `.ci/run` takes that for an error.
const describeWithBrowser = browserPath === undefined ? describe.skip : describe;
if (browserPath === undefined)
  console.warn(
    "Chromium (Debian's package chromium) is not installed: the tests of the HTML report in it do NOT run",
  );

describeWithBrowser("in a browser", () => {
  const folder = mkdtempSync(join(tmpdir(), "jp1im-page-"));
  const faults: string[] = [];
  let browser: Browser;

  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(() => browser.close());
  // Of every page: nothing is refused by its policy, nothing fails, and nothing is asked of anybody.
  afterEach(() => {
    expect(faults.splice(0)).toEqual([]);
  });

  async function open(text: string, options: BrowserContextOptions = {}): Promise<Page> {
    const file = join(folder, "page.html");
    writeFileSync(file, text);
    const context = await browser.newContext(options);
    const page = await context.newPage();
    page.on("console", (message) => faults.push(message.text()));
    page.on("pageerror", (error) => faults.push(error.message));
    page.on("dialog", (dialog) => faults.push(`dialog ${dialog.message()}`));
    const url = pathToFileURL(file).href;
    page.on("request", (request) => {
      if (request.url() !== url) faults.push(`request ${request.url()}`);
    });
    await page.goto(url);
    return page;
  }

  const rows = (page: Page) => page.locator("#list > li");
  // As text, because these tests are checked without a browser's types.
  const focused = (page: Page) =>
    page.evaluate<string>(
      "((e) => e.id || e.className || e.parentElement.className)(document.activeElement ?? document.body)",
    );

  test.each<[string, BrowserContextOptions]>([
    ["in a light one", { colorScheme: "light", viewport: { width: 1280, height: 800 } }],
    ["in a dark one that is narrow", { colorScheme: "dark", viewport: { width: 320, height: 640 } }],
  ])("has no violation of accessibility %s", async (_name, options) => {
    const page = await open(applied, { ...options, bypassCSP: true });
    await page.click("#expand");
    await page.evaluate(axe.source);
    const { violations, passes } = await page.evaluate<AxeResults>("axe.run()");
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join("\n")}`)).toEqual(
      [],
    );
    expect(passes.map(({ id }) => id)).toContain("color-contrast");
    await page.context().close();
  });

  test("has no line that runs out of it, on a telephone or at 200 % zoom", async () => {
    const page = await open(applied);
    await page.click("#expand");
    // Zoom makes a screen of 1,280 by 800 one of half as many pixels.
    for (const [width, height] of [
      [1280, 800],
      [640, 400],
      [320, 640],
    ] as const) {
      await page.setViewportSize({ width, height });
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
    }
    await page.context().close();
  });

  test("works with the keyboard alone", async () => {
    const page = await open(applied);
    const pressed: (string | undefined)[] = [];
    for (let tabs = 0; tabs < 40 && pressed.at(-1) !== "change delete"; tabs++) {
      await page.keyboard.press("Tab");
      pressed.push(await focused(page));
      const outline = await page.evaluate("getComputedStyle(document.activeElement).outlineStyle");
      expect([pressed.at(-1), outline]).toEqual([pressed.at(-1), "solid"]);
    }
    expect(pressed[0]).toBe("skip");
    expect(pressed.slice(-8)).toEqual([
      "search",
      "manager",
      "kind",
      "action",
      "result",
      "expand",
      "clear",
      "change delete",
    ]);
    const first = page.locator("#list details").first();
    await page.keyboard.press("Enter");
    expect(await first.getAttribute("open")).toBe("");
    await page.keyboard.press("Space");
    expect(await first.getAttribute("open")).toBeNull();
    await page.keyboard.press("/");
    expect(await focused(page)).toBe("search");
    await page.keyboard.type("smtp/");
    expect(await page.inputValue("#search")).toBe("smtp/");
    await page.context().close();
  });

  test("finds and filters changes, and takes the filters away again", async () => {
    const page = await open(applied);
    await page.fill("#search", "WEB01 password");
    expect(await rows(page).locator(".address").allTextContents()).toEqual([
      "tokyo/agent/immhost01/web01/secret/smtp.password",
    ]);
    expect(await page.textContent("#count")).toBe('1 of 10 changes, filtered by search "WEB01 password"');
    await page.click("#clear");
    await page.selectOption("#result", "failed");
    expect(await rows(page).count()).toBe(1);
    await page.click("#expand");
    expect(await rows(page).locator("dd").allTextContents()).toContain("old.token");
    await page.click("#clear");
    await page.selectOption("#kind", "client");
    await page.selectOption("#action", "replace");
    expect(await rows(page).locator(".address").allTextContents()).toEqual(["tokyo/client/fluentd-web"]);
    await page.context().close();
  });

  test("runs nothing that a name says, wherever it stands", async () => {
    const name = "</script><img onerror=alert(1) src=http://x.test><script>alert(2)</script>";
    const address = clientAddress(name, name);
    const own = {
      ...{ by: name, digest: name, endedAt: name },
      topology: { managers: [managerOf({ name, marks: { ...noMarks, create: 1 } })] },
    };
    const changes = [{ address, kind: "client", action: "create", reason: "missing" } as const];
    const page = await open(
      pageOf({ plan: planOf({ changes, inputs: [{ path: name, sha256: name }] }) }, { own }),
    );
    await page.click("#expand");
    expect(await page.locator("img").count()).toBe(0);
    expect(await rows(page).locator("dd").allTextContents()).toEqual([name, name]);
    await page.context().close();
  });

  test("of twenty thousand changes shows a page at a time, and prints those that a filter lets through", async () => {
    const page = await open(pageOf({ plan: fleetPlan(10_000) }, { own: facts }));
    expect(await rows(page).count()).toBe(100);
    expect(await page.textContent("#page")).toBe("Page 1 of 200");
    await page.click("#next");
    expect(await focused(page)).toBe("changes");
    expect(await page.textContent("#page")).toBe("Page 2 of 200");
    expect(await rows(page).first().locator(".address").textContent()).toContain("/web00050/");
    await page.selectOption("#action", "delete");
    await page.fill("#search", "web000");
    expect(await page.textContent("#count")).toBe(
      '1 of 20,000 changes, filtered by search "web000", action "delete"',
    );
    await page.click("#clear");
    await page.fill("#search", "web000");
    await page.evaluate(`addEventListener("beforeprint", () => {
      document.title = document.querySelectorAll("#list > li.change").length;
    })`);
    const pdf = await page.pdf();
    expect(pdf.subarray(0, 5).toString()).toBe("%PDF-");
    expect(await page.title()).toBe("200");
    expect(await rows(page).count()).toBe(100);
    await page.context().close();
  });

  test("without script has the summary, the drawing and the first changes, and no controls", async () => {
    const page = await open(pageOf({ plan: fleetPlan(300) }), { javaScriptEnabled: false });
    expect(await page.locator("h1").textContent()).toContain("Plan: 300 to create");
    expect(await page.locator("svg.drawing").isVisible()).toBe(true);
    expect(await rows(page).count()).toBe(500);
    expect(await page.locator("#controls").isVisible()).toBe(false);
    const first = rows(page).first();
    await first.locator("summary").press("Enter");
    expect(await first.locator("dd").last().isVisible()).toBe(true);
    await page.context().close();
  });
});
