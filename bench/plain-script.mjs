#!/usr/bin/env node
/**
 * What a good engineer writes in an afternoon instead of using this tool, for the bench to compare with (docs/performance.md says what it
 * does not do): node plain-script.mjs desired.json [--write | --rewrite] [JOURNAL]
 *
 * desired.json: { "url": "http://immhost01:20703", "user": "jp1admin", "owned": "^smtp\\.",
 *                 "agents": [{ "match": "^web", "secrets": { "smtp.password": "SMTP_PASSWORD" } }] }
 *
 * Values, and the password in MANAGER_PASSWORD, come from the environment. It adds declared keys that an agent does not have, and deletes
 * keys that match `owned` and are not declared. --rewrite sends every declared value again, since the manager never returns a value.
 *
 * With the path of a JOURNAL, a line on the disk says before each change what is about to be sent, and one after it what was sent, with a
 * digest of the values. As many agents as are in flight share one fsync.
 */
import { createHmac } from "node:crypto";
import { promises as fs, readFileSync } from "node:fs";
import { Pool } from "undici";

const PARALLELISM = 10;

const [file, mode = "--check", journalPath] = process.argv.slice(2);
const desired = JSON.parse(readFileSync(file, "utf8"));
const owned = new RegExp(desired.owned);
const rules = desired.agents.map(({ match, secrets }) => ({
  match: new RegExp(match),
  values: resolve(secrets),
}));
const pool = new Pool(desired.url, { connections: PARALLELISM });
const journal = journalPath && (await fs.open(journalPath, "a", 0o600));
let lines = [];
let syncing = Promise.resolve();
let begun = 0;
let intended = syncing;
const credentials = Buffer.from(`${desired.user}:${process.env.MANAGER_PASSWORD}`).toString("base64");

const { agents, messageList = [] } = await post("agents");
for (const { message } of messageList) console.error(`warning: ${message}`);
const totals = { agents: 0, add: 0, delete: 0, failed: 0 };
const next = agents.values();
await Promise.all(Array.from({ length: PARALLELISM }, work));
await pool.close();
await durable();
console.log(JSON.stringify(totals));
process.exitCode = totals.failed > 0 ? 1 : 0;

async function work() {
  for (const agent of next) {
    try {
      await reconcile(agent);
    } catch (error) {
      totals.failed += 1;
      console.error(`${agent.agenthost}: ${error.message}`);
    }
  }
}

async function reconcile({ agenthost, managerhost }) {
  const matching = rules.filter(({ match }) => match.test(agenthost));
  if (matching.length === 0) return;
  const values = new Map(matching.flatMap((rule) => [...rule.values]));
  const { secrets } = await post("agents/secrets", { agenthost, managerhost });
  const there = new Set(secrets.map(({ key }) => key));
  const add = [...values].filter(([key]) => mode === "--rewrite" || !there.has(key));
  const surplus = [...there].filter((key) => owned.test(key) && !values.has(key));
  totals.agents += 1;
  totals.add += add.length;
  totals.delete += surplus.length;
  if (mode === "--check" || add.length + surplus.length === 0) return;
  const keys = { add: add.map(([key]) => key), delete: surplus };
  record({ is: "intent", agenthost, managerhost, ...keys });
  if (begun++ % PARALLELISM === 0) intended = durable();
  await intended;
  await post("agents/secrets/change", {
    ...{ agenthost, managerhost },
    ...(add.length > 0 && { add: { secrets: add.map(([key, secret]) => ({ key, secret })) } }),
    ...(surplus.length > 0 && { delete: { secrets: surplus.map((key) => ({ key })) } }),
  });
  const digest = createHmac("sha256", credentials)
    .update(JSON.stringify([agenthost, add]))
    .digest("hex");
  record({ is: "result", agenthost, managerhost, ...keys, digest });
}

function record(entry) {
  if (journal) lines.push(`${JSON.stringify(entry)}\n`);
}

function durable() {
  if (!journal) return syncing;
  syncing = syncing.then(async () => {
    const text = lines.join("");
    lines = [];
    await journal.appendFile(text);
    await journal.sync();
  });
  return syncing;
}

async function post(resource, body) {
  const answer = await pool.request({
    ...{ method: "POST", path: `/im/api/v1/${resource}`, body: body ? JSON.stringify(body) : "" },
    headers: { authorization: `Bearer ${credentials}`, "content-type": "application/json" },
  });
  const text = await answer.body.text();
  if (answer.statusCode !== 200) throw new Error(`${resource} was answered ${answer.statusCode}: ${text}`);
  return text === "" ? undefined : JSON.parse(text);
}

function resolve(secrets) {
  return Object.entries(secrets).map(([key, variable]) => {
    const value = process.env[variable];
    if (!value) throw new Error(`${variable} is not set, the value of ${key}`);
    return [key, value];
  });
}
