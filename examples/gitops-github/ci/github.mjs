// What the workflows ask of GitHub, with nothing but Node:
//   state                the run that kept the newest state, as the step's output `run`
//   comment FILE         a comment on the pull request, updated in place
//   issue TITLE FILE     an open issue of that title, updated in place
import { appendFileSync, readFileSync } from "node:fs";

const { GITHUB_API_URL, GITHUB_REPOSITORY, GITHUB_TOKEN, GITHUB_EVENT_PATH, GITHUB_OUTPUT } = process.env;
const MARK = "<!-- jp1im -->";
// GitHub counts characters; the report ends in time, and the mark comes on top of it.
const LONGEST = 65_536;

const [, , verb, ...given] = process.argv;
const verbs = { state, comment, issue };
await verbs[verb](...given);

async function state() {
  const { artifacts } = await ask("GET", "actions/artifacts?name=jp1im-state&per_page=1");
  const [newest] = artifacts.filter(
    ({ expired, workflow_run: run }) => !expired && run.head_branch === "main",
  );
  appendFileSync(GITHUB_OUTPUT, `run=${newest?.workflow_run.id ?? ""}\n`);
}

async function comment(file) {
  const { number } = JSON.parse(readFileSync(GITHUB_EVENT_PATH, "utf8")).pull_request;
  const known = await find(`issues/${number}/comments`, ({ body }) => body.startsWith(MARK));
  if (known) await ask("PATCH", `issues/comments/${known.id}`, { body: text(file) });
  else await ask("POST", `issues/${number}/comments`, { body: text(file) });
}

async function issue(title, file) {
  const known = await find("issues?state=open", (each) => each.title === title && !each.pull_request);
  if (known) await ask("PATCH", `issues/${known.number}`, { body: text(file) });
  else await ask("POST", "issues", { title, body: text(file) });
}

function text(file) {
  return `${MARK}\n${readFileSync(file, "utf8")}`.slice(0, LONGEST);
}

async function find(path, isIt) {
  for (let page = 1; page <= 50; page++) {
    const some = await ask("GET", `${path}${path.includes("?") ? "&" : "?"}per_page=100&page=${page}`);
    const found = some.find(isIt);
    if (found || some.length < 100) return found;
  }
}

async function ask(method, path, body) {
  const answer = await fetch(`${GITHUB_API_URL}/repos/${GITHUB_REPOSITORY}/${path}`, {
    method,
    headers: { authorization: `Bearer ${GITHUB_TOKEN}`, accept: "application/vnd.github+json" },
    ...(body && { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status}`);
  return answer.json();
}
