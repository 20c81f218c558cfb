// What the jobs ask of GitLab, with nothing but Node:
//   state-get [FOLDER] [--new], state-put
//                          the state, from the project's package registry to FOLDER, and back; --new: none has to be there
//   note FILE              a note on the merge request, updated in place
//   issue TITLE FILE       an open issue of that title, updated in place
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const { CI_API_V4_URL, CI_PROJECT_ID, CI_JOB_TOKEN, CI_MERGE_REQUEST_IID, JP1IM_BOT_TOKEN } = process.env;
const MARK = "<!-- jp1im -->";
const STATE = ".jp1im";
const PACKAGE = "packages/generic/jp1im-state/1.0.0/state.json";
const asJob = { "job-token": CI_JOB_TOKEN ?? "" };
const asBot = { "private-token": JP1IM_BOT_TOKEN ?? "", "content-type": "application/json" };

const [, , verb, ...given] = process.argv;
const verbs = { "state-get": stateGet, "state-put": statePut, note, issue };
await verbs[verb](...given);

/** The folder's files, one JSON document: names to base64. */
async function statePut() {
  if (!existsSync(STATE)) return;
  const names = readdirSync(STATE, { recursive: true }).filter((name) =>
    statSync(join(STATE, name)).isFile(),
  );
  const files = names.map((name) => [name, readFileSync(join(STATE, name), "base64")]);
  await ask("PUT", PACKAGE, asJob, JSON.stringify(Object.fromEntries(files)));
}

async function stateGet(...options) {
  const folder = join(options.find((option) => option !== "--new") ?? ".", STATE);
  const answer = await ask("GET", PACKAGE, asJob, undefined, [404]);
  if (answer.status === 404) return options.includes("--new") ? undefined : failIfLost();
  for (const [name, content] of Object.entries(await answer.json())) {
    // The token of any job may write the package; nothing in it may reach the files of this one.
    if (name.split(/[\\/]/).includes("..")) throw new Error(`the package jp1im-state names ${name}`);
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(path, Buffer.from(content, "base64"), { mode: 0o600 });
  }
}

/** A job that was deployed to `production` kept a state. */
async function failIfLost() {
  const deployed = "deployments?environment=production&status=success&per_page=1";
  const answer = await ask("GET", deployed, asBot, undefined, [404]);
  if (!answer.ok || (await answer.json()).length === 0) return;
  console.error(
    "the package jp1im-state is gone, and there were applies: run a pipeline with JP1IM_ADOPT=true",
  );
  process.exit(1);
}

async function note(file) {
  await upsert(`merge_requests/${CI_MERGE_REQUEST_IID}/notes`, ({ body }) => body.startsWith(MARK), {
    body: text(file),
  });
}

async function issue(title, file) {
  await upsert("issues", (each) => each.title === title && each.state === "opened", {
    title,
    description: text(file),
  });
}

async function upsert(path, isIt, content) {
  const known = await find(path, isIt);
  const body = JSON.stringify(content);
  if (known) await ask("PUT", `${path}/${known.iid ?? known.id}`, asBot, body);
  else await ask("POST", path, asBot, body);
}

async function find(path, isIt) {
  for (let page = 1; page <= 50; page++) {
    const some = await (await ask("GET", `${path}?per_page=100&page=${page}`, asBot)).json();
    const found = some.find(isIt);
    if (found || some.length < 100) return found;
  }
}

function text(file) {
  return `${MARK}\n${readFileSync(file, "utf8")}`;
}

async function ask(method, path, headers, body, expected = []) {
  const answer = await fetch(`${CI_API_V4_URL}/projects/${CI_PROJECT_ID}/${path}`, { method, headers, body });
  if (!answer.ok && !expected.includes(answer.status)) throw new Error(`${method} ${path}: ${answer.status}`);
  return answer;
}
