// What the jobs ask of GitLab, with nothing but Node:
//   note FILE              a note on the merge request, updated in place
//   issue TITLE FILE       an open issue of that title, updated in place
import { readFileSync } from "node:fs";

const { CI_API_V4_URL, CI_PROJECT_ID, CI_MERGE_REQUEST_IID, JP1IM_BOT_TOKEN } = process.env;
const MARK = "<!-- jp1im -->";
const asBot = { "private-token": JP1IM_BOT_TOKEN ?? "", "content-type": "application/json" };

const [, , verb, ...given] = process.argv;
const verbs = { note, issue };
await verbs[verb](...given);

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

async function ask(method, path, headers, body) {
  const answer = await fetch(`${CI_API_V4_URL}/projects/${CI_PROJECT_ID}/${path}`, { method, headers, body });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status}`);
  return answer;
}
