import { htmlFaults } from "../report/html/html-check";
import { planOf } from "../report/plans";
import { smallTopology } from "../report/topologies";
import { run } from "./fake-library";

const library = { topology: async () => smallTopology };

test.each([
  "plan",
  "drift",
  "apply --auto-approve",
  "destroy --auto-approve",
  "rebuild --manager tokyo --replaces immhost01 --auto-approve",
  "rebuild --manager tokyo --check",
])("%s --output html keeps stdout to one page, and stderr free of diagnostics", async (line) => {
  const ran = await run(`${line} -f a --output html`, { library });
  expect(ran.out).toMatch(/^<!doctype html>\n/);
  expect(htmlFaults(ran.out)).toEqual([]);
  expect(ran.err).toBe("");
  expect(ran.out).toContain(`<dt>Plan digest</dt><dd>sha256:${"0".repeat(64)}</dd>`);
  expect(ran.out).toMatch(/<dt>By<\/dt><dd>[^<]+@[^<]+<\/dd>/);
  expect(ran.out).toMatch(/<svg class="box manager [a-z]+"/);
  expect(ran.out.includes("<dt>Ended at</dt>")).toBe(/--auto-approve/.test(line));
  expect(ran.out).toContain(`<dt>Exit code</dt><dd>${ran.code} (`);
});

test("the page of a run that was approved names who did it", async () => {
  const ran = await run("apply --auto-approve --approved-by Tanaka -f a --output html", { library });
  expect(ran.out).toContain("<dt>Approved by</dt><dd>Tanaka</dd>");
});

test("a page has no drawing where the desired state cannot be read any more", async () => {
  const topology = async () => {
    throw new Error("gone");
  };
  const ran = await run("plan -f a --output html", { library: { topology } });
  expect(htmlFaults(ran.out)).toEqual([]);
  expect(ran.out).not.toContain("<svg");
  expect(ran.out).toContain('id="changes"');
});

test("the desired state on stdin is read once, for the plan and for the drawing", async () => {
  const readAll = jest.fn(async () => Buffer.from("apiVersion: jp1im/v1"));
  const seen: string[] = [];
  const ran = await run("plan -f - --output html", {
    io: (io) => Object.assign(io.stdin, { readAll }),
    library: {
      plan: async (_options, { stdin }) => {
        seen.push(String(await stdin()));
        return planOf({ inputs: [{ path: "<stdin>", sha256: "0".repeat(64) }] });
      },
      topology: async ({ files }, { stdin }) => {
        seen.push(...files, String(await stdin()));
        return smallTopology;
      },
    },
  });
  expect(ran.code).toBe(0);
  expect(seen).toEqual(["apiVersion: jp1im/v1", "-", "apiVersion: jp1im/v1"]);
  expect(readAll).toHaveBeenCalledTimes(1);
});

test("a wrong command line is a page as well, and says which commands have one", async () => {
  for (const line of ["state list --output html", "validate --output html"]) {
    const ran = await run(line);
    expect(ran.code).toBe(64);
    expect(htmlFaults(ran.out)).toEqual([]);
    expect(ran.out).toContain("--output html is for these commands: plan, apply, destroy, drift, rebuild");
  }
  const ran = await run("plan --nonsense --output html");
  expect(ran.out).toContain("unknown option &#39;--nonsense&#39;");
});
