/** The units of `examples/systemd`. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { loadDesiredState } from "../../src/config/load-desired-state";
import { commandsOnPage, refusalsOf } from "./command-lines";

const EXAMPLE = join(__dirname, "../../examples/systemd");
const read = (name: string) => readFileSync(join(EXAMPLE, name), "utf8");
const page = read("README.md");

type Settings = readonly (readonly [key: string, value: string])[];

/** The settings of a unit by section. */
function unit(name: string): Readonly<Record<string, Settings>> {
  const [head, ...sections] = read(name).split(/^\[(\w+)\]$/m);
  expect(head).toBe("");
  return Object.fromEntries(
    sections.flatMap((section, index) =>
      index % 2 === 0 ? [[section, settings(sections[index + 1] ?? "")]] : [],
    ),
  );
}

function settings(text: string): Settings {
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return lines.map((line) => {
    const [, key, value] = /^([A-Z]\w+)=(.*)$/.exec(line) ?? [];
    if (key === undefined || value === undefined) throw new Error(`no setting of systemd: ${line}`);
    return [key, value];
  });
}

const valuesOf = (name: string, section: string, key: string) =>
  (unit(name)[section] ?? []).filter(([own]) => own === key).map(([, value]) => value);

const services = readdirSync(EXAMPLE).filter((name) => name.endsWith(".service"));

test.each(services)("the command line accepts what %s starts", (service) => {
  const [line = "", ...others] = valuesOf(service, "Service", "ExecStart");
  const [program, ...words] = line.split(" ");
  expect(program).toBe("/usr/local/bin/jp1im");
  expect(refusalsOf(words)).toEqual([]);
  expect(others).toEqual([]);
});

test.each(services)(
  "%s keeps the state where its user may write, and gets secrets from a file of root",
  (service) => {
    const [folder] = valuesOf(service, "Service", "StateDirectory");
    expect(valuesOf(service, "Service", "ExecStart")[0]).toContain(`--state /var/lib/${folder}`);
    expect(valuesOf(service, "Service", "EnvironmentFile")).toEqual(["/etc/jp1im/secrets.env"]);
    expect(valuesOf(service, "Service", "Environment")).toEqual([]);
  },
);

test("both services are hardened alike", () => {
  const hardening = services.map((service) => {
    const all = unit(service).Service ?? [];
    return all.slice(all.findIndex(([key]) => key === "DynamicUser"));
  });
  expect(hardening[0]).toEqual(hardening[1]);
  const expected = {
    ...{ DynamicUser: "yes", NoNewPrivileges: "yes", CapabilityBoundingSet: "" },
    ...{ ProtectSystem: "strict", ProtectHome: "yes", PrivateTmp: "yes" },
  };
  expect(Object.fromEntries(hardening[0] ?? [])).toMatchObject(expected);
});

test("the timer starts a service of its name", () => {
  expect(valuesOf("jp1im-drift.timer", "Timer", "OnCalendar")).toEqual(["*-*-* 03:15:00"]);
  expect(services).toContain("jp1im-drift.service");
});

test("the desired state is valid, and the command line accepts what the page says", async () => {
  const { diagnostics } = await loadDesiredState({ paths: ["jp1im.yaml"], cwd: EXAMPLE });
  expect(diagnostics).toEqual([]);
  const commands = commandsOnPage(page);
  expect(commands.map(([command]) => command)).toContain("apply");
  expect(commands.flatMap(refusalsOf)).toEqual([]);
});
