import type { InitOptions } from "../../src";
import type { Diagnostic } from "../../src/model/diagnostic";
import { outputFaults } from "../report/output-schema";
import { type Ran, run } from "./fake-library";

const fault: Diagnostic = {
  ...{ code: "init-unwritable", severity: "error" },
  summary: "jp1im.yaml is there already, and init replaces nothing",
};
const LOGIN = "--url https://immhost01:20703 --host immhost01 --user op --password-env PW";
const begun = ({ calls }: Ran) => calls.filter(({ name }) => name === "initProject");
const gap = { address: "tokyo/client", code: "manager-denied", detail: "not permitted" } as const;

test("hands every option to the library, and shows what was written and what comes next", async () => {
  const ran = await run(`init ${LOGIN} --name tokyo --ca ca.pem --from-manager`);
  expect(ran.calls).toEqual([
    {
      name: "initProject",
      options: {
        ...{ url: "https://immhost01:20703", host: "immhost01", user: "op", passwordEnv: "PW" },
        ...{ name: "tokyo", ca: "ca.pem", fromManager: true },
      },
    },
  ]);
  expect(ran).toMatchObject({ code: 0, err: "" });
  expect(ran.out).toMatch(/^The login to tokyo works\. Written:\n {2}jp1im\.yaml\n {2}\.gitignore\nNext:\n/);
});

test("what could not be read makes it 3, in the document too", async () => {
  const project = { manager: "tokyo", files: ["jp1im.yaml"], declared: 3, imported: 2, unknown: [gap] };
  const library = { initProject: async () => ({ ...project, diagnostics: [] }) };
  const text = await run(`init ${LOGIN} --from-manager`, { library });
  expect(text.code).toBe(3);
  expect(text.out).toContain("3 resources of tokyo declared, 2 imported.");
  expect(text.out).toContain("Could not be read, and is not declared:\n  ? tokyo/client\n");
  const json = await run(`init ${LOGIN} --from-manager --output json`, { library });
  expect(outputFaults(json.json())).toEqual([]);
  expect(json.json()).toMatchObject({ command: "init", exit_code: 3, project });
});

test.each([
  ["init", "--url, --host, --user and --password-env are missing"],
  ["init --url https://immhost01:20703 --user op", "--host and --password-env are missing"],
  ["init --url https://a --host a --user op", "--password-env is missing"],
])("without a terminal 'jp1im %s' is refused with all that is missing", async (line, words) => {
  const ran = await run(line);
  expect(ran).toMatchObject({ code: 64, out: "", calls: [] });
  expect(ran.err).toContain(words);
});

test("on a terminal it asks for what is missing, with what is likely in brackets", async () => {
  const ran = await run("init --url https://immhost01:20703", { tty: true, answer: "" });
  expect(begun(ran)).toMatchObject([
    { options: { host: "immhost01", user: "jp1admin", passwordEnv: "JP1_PASSWORD" } },
  ]);
  expect(ran.err).toContain("Its own host name, as its agents name it [immhost01]: ");
  expect(ran.err).not.toContain("URL of the manager");
  const byAddress = await run("init --url https://10.0.0.1:20703", { tty: true, answer: "" });
  expect(byAddress.err).toContain("--host is missing");
});

test("an answer that cannot be right is asked for again, before the next question", async () => {
  const wrong: Diagnostic = { code: "out-of-range", severity: "error", summary: "--url is not acceptable" };
  const library = {
    checkInit: async ({ url, host }: Partial<InitOptions>) =>
      url?.startsWith("https:") === false && host === undefined ? [wrong] : [],
  };
  const answer = ["htps://a", "https://a", "", "", ""];
  const ran = await run("init", { tty: true, answer, library });
  expect(ran).toMatchObject({ code: 0 });
  expect(begun(ran)).toMatchObject([{ options: { url: "https://a", host: "a" } }]);
  expect(ran.err).toMatch(/URL of .*--url is not acceptable.*\nURL of .*: Its own host name/);
});

test("options that cannot be right, and a folder that is in use, end it before the first question", async () => {
  const library = { checkInit: async () => [fault] };
  const ran = await run("init --host imm", { tty: true, answer: "x", library });
  expect([ran.code, begun(ran)]).toEqual([1, []]);
  expect(ran.err).toContain("jp1im.yaml is there already");
  expect(ran.err).not.toContain("URL of the manager");
});

test("an answer that nothing can stand for, and an end of the input, write nothing", async () => {
  const empty = await run("init", { tty: true, answer: "  " });
  expect([empty.code, begun(empty)]).toEqual([64, []]);
  expect(empty.err).toContain("--url is missing");
  const ended = await run("init", { tty: true });
  expect([ended.code, begun(ended)]).toEqual([130, []]);
});

test.each([
  ["init jp1im.yaml", "too many arguments"],
  ["init --password secret", "unknown option '--password'"],
])("'jp1im %s' is refused", async (line, words) => {
  const ran = await run(line);
  expect(ran).toMatchObject({ code: 64, calls: [] });
  expect(ran.err).toContain(words);
});
