// `npm run demo`: the main job on the built-in simulator, each step as the command that a user would type.
// Works in a copy of this folder, on ports of its own, and leaves nothing behind.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { styleText } from "node:util";

const here = dirname(fileURLToPath(import.meta.url));
const cli = join(here, "..", "..", "dist", "cli", "bin.js");
const folder = mkdtempSync(join(tmpdir(), "jp1im-demo-"));
const values = {
  TOKYO_PASSWORD: "tokyo-password",
  OSAKA_PASSWORD: "osaka-password",
  NAGOYA_PASSWORD: "nagoya-password",
  PROMETHEUS_PASSWORD: "prometheus-1",
  SMTP_PASSWORD: "smtp-1",
  ORACLE_PASSWORD: "oracle-1",
};

cpSync(here, folder, { recursive: true });
await useFreePorts();
const simulator = await startSimulator();
try {
  say("The secrets come from the environment here; files, and more to come, do as well.");
  for (const name of Object.keys(values)) console.log(`$ export ${name}=…`);

  say("Check the desired state, without asking any manager.");
  await jp1im("validate");

  say("What would be done?");
  await jp1im("plan");

  say("Do it. Issued client secrets go to their files.");
  await jp1im("apply --auto-approve");
  await shell("ls -l out");

  say("A second plan finds nothing to do.");
  await jp1im("plan --detailed-exitcode");

  say("Somebody changes things behind our back: a client is deleted, and a key on an agent.");
  await edit({ manager: "tokyo", type: "delete-client", id: "trend-writer" });
  await edit({ manager: "osaka", type: "remove-agent-secret", host: "db03", key: "oracle.monitor.password" });

  say("Drift is found (exit 2), and repaired.");
  await jp1im("drift", 2);
  await jp1im("apply --auto-approve");

  say("Rotate a client: raise its generation. Change a password at its source as well.");
  replaceIn("jp1im.yaml", "generation: 1 ", "generation: 2 ");
  console.log("$ sed -i 's/generation: 1 /generation: 2 /' jp1im.yaml");
  values.SMTP_PASSWORD = "smtp-2";
  console.log("$ export SMTP_PASSWORD=…");
  await jp1im("apply --auto-approve");

  say("Take down what is ours, and nothing else.");
  await jp1im("destroy --auto-approve");
  await jp1im("state list");
} finally {
  simulator.kill();
  rmSync(folder, { recursive: true, force: true });
}

function say(text) {
  console.log(`\n${process.stdout.isTTY ? styleText("bold", `# ${text}`) : `# ${text}`}`);
}

async function jp1im(command, expected = 0) {
  console.log(`$ jp1im ${command}`);
  await run(process.execPath, [cli, ...command.split(" ")], expected);
}

async function shell(command) {
  console.log(`$ ${command}`);
  const [program, ...args] = command.split(" ");
  await run(program, args, 0);
}

/** Runs a step and stops the demo when it does not end as it should. */
async function run(program, args, expected) {
  const child = spawn(program, args, {
    cwd: folder,
    env: { ...process.env, ...values },
    stdio: ["ignore", "inherit", "inherit"],
  });
  const [code] = await once(child, "close");
  if (code !== 0) console.log(`(exit ${code})`);
  if (code !== expected) throw new Error(`${args.join(" ")} ended with ${code} instead of ${expected}`);
}

/** What somebody else does, through the simulator's control surface. */
async function edit(change) {
  const url = `${simulator.control}/edits`;
  console.log(`$ curl -H 'Content-Type: application/json' -d '${JSON.stringify(change)}' ${url}`);
  const answer = await fetch(url, {
    method: "POST",
    body: JSON.stringify(change),
    headers: { "content-type": "application/json" },
  });
  if (!answer.ok) throw new Error(`the simulator refused the edit: ${await answer.text()}`);
}

async function startSimulator() {
  say("A simulator plays the managers. (You would leave it running in another terminal.)");
  console.log("$ jp1im simulate world.yaml &");
  const child = spawn(process.execPath, [cli, "simulate", "world.yaml"], {
    cwd: folder,
    stdio: ["ignore", "pipe", "inherit"],
  });
  let shown = "";
  for await (const part of child.stdout) {
    shown += part;
    if (/\/_simulator\s/.test(shown)) break;
  }
  process.stdout.write(shown);
  child.control = shown.match(/http:\S+\/_simulator/)[0];
  return child;
}

/** The files name the manager's usual port; on this machine something may listen there. */
async function useFreePorts() {
  for (const port of ["20703", "20704", "20705"]) {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const free = String(server.address().port);
    server.close();
    await once(server, "close");
    replaceIn("world.yaml", `port: ${port}`, `port: ${free}`);
    replaceIn("jp1im.yaml", `127.0.0.1:${port}`, `127.0.0.1:${free}`);
  }
}

function replaceIn(file, from, to) {
  const path = join(folder, file);
  const text = readFileSync(path, "utf8");
  if (!text.includes(from)) throw new Error(`${file} does not hold ${from}`);
  writeFileSync(path, text.replace(from, to));
}
