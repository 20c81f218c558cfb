import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { contract } from "./simulator/contract";

/** The chapters of the calls (5.4, 5.12, 5.18, 5.19), as the manual numbers them. */
const CHAPTERS = {
  getVersion: "5.12.1",
  login: "5.4.1",
  logout: "5.4.2",
  issueInitialSecret: "5.4.3",
  deleteClients: "5.4.4",
  issueClientSecret: "5.4.5",
  listClients: "5.4.6",
  listAgents: "5.18.1",
  deleteAgents: "5.18.2",
  listAgentSecrets: "5.18.3",
  changeAgentSecrets: "5.18.4",
  listLowerManagers: "5.19.1",
  addLowerManager: "5.19.2",
  deleteLowerManagers: "5.19.3",
};

const operations = Object.entries(contract.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({
    method: method.toUpperCase(),
    path,
    ...operation,
  })),
);

test("the OpenAPI document gives every call the manual's chapter", () => {
  const stated = operations.map((operation) => [operation.operationId, operation["x-manual"]]);
  expect(Object.fromEntries(stated)).toEqual(CHAPTERS);
});

/** `listClients` and `GET secret/client/list`, the two names under which a text may cite a call. */
const chapterByName = new Map(
  operations.flatMap((operation) => {
    const resource = operation.path.replace("/im/api/v1/", "");
    return [operation.operationId, `${operation.method} ${resource}`].map((name) => [
      name,
      operation["x-manual"],
    ]);
  }),
);

const CITATION = /(?:`([\w/ .]+)`\s*(?:\n\s*\*?\s*)?\()?(?<![\d.])(5\.(?:4|12|18|19)\.\d+)(?![\d.]*\d)/g;

/** Every citation of a call's chapter in a text, with the call that is named right before it. */
function citationsOf(text: string): { name: string | undefined; chapter: string }[] {
  const cited = text.replaceAll(/x-manual: "[\d.]+"/g, "");
  return [...cited.matchAll(CITATION)].map(([, name, chapter = ""]) => ({ name, chapter }));
}

test("every citation of a call's chapter follows the call's name, and is the one of the OpenAPI document", () => {
  const wrong = textFiles().flatMap((file) =>
    citationsOf(readFileSync(join(ROOT, file), "utf8"))
      .filter(({ name, chapter }) => name === undefined || chapterByName.get(name) !== chapter)
      .map((citation) => ({ file, ...citation })),
  );
  expect(wrong).toEqual([]);
});

test("no text cites the chapters of several calls at once", () => {
  const vague = /(?:manual|chapters?) [\d., -]*5\.(?:4|12|18|19)(?!\.?\d)|\(5\.(?:4|12|18|19)(?!\.?\d|–)/;
  expect(textFiles().filter((file) => vague.test(readFileSync(join(ROOT, file), "utf8")))).toEqual([]);
});

test.each([
  ["a bare chapter", "/** 5.4.6 */", [{ name: undefined, chapter: "5.4.6" }]],
  ["a name before it", "the answer of `listClients` (5.4.6)", [{ name: "listClients", chapter: "5.4.6" }]],
  ["a path before it", "`POST agents` (5.18.1): all", [{ name: "POST agents", chapter: "5.18.1" }]],
  ["another number", "it took 5.4 s, version 15.4.1, 5.2.8", []],
])("finds %s", (_what, text, found) => {
  expect(citationsOf(text)).toEqual(found);
});

const ROOT = join(__dirname, "..");

function textFiles(): string[] {
  const folders = ["src", "docs", "schemas", "examples", "test", "README.md"];
  const listed = execFileSync("git", ["ls-files", "--", ...folders], { cwd: ROOT, encoding: "utf8" });
  const own = "test/citations.test.ts";
  return listed.split("\n").filter((file) => /\.(ts|md|ya?ml)$/.test(file) && file !== own);
}
