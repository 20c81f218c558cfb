// What the workflows ask of GitHub, with nothing but Node:
//   state [--new]        the run that kept the newest state, as the step's output `run`; --new: none has to be there
//   comment FILE         a comment on the pull request, updated in place
//   issue TITLE FILE     an open issue of that title, updated in place
import { appendFileSync, readFileSync } from "node:fs";

const { GITHUB_API_URL, GITHUB_REPOSITORY, GITHUB_TOKEN, GITHUB_EVENT_PATH, GITHUB_OUTPUT, GITHUB_RUN_ID } =
  process.env;
const BRANCH = "main";
const MARK = "<!-- jp1im -->";
// GitHub counts characters; the report ends in time, and the mark comes on top of it.
const LONGEST = 65_536;
const PAGES = 50;
const EXPIRES_SOON_MS = 14 * 24 * 60 * 60 * 1000;

const [, , verb, ...given] = process.argv;
const verbs = { state, comment, issue };
await verbs[verb](...given);

async function state(option) {
  const kept = (await all("actions/artifacts?name=jp1im-state", "artifacts")).filter(isOurs);
  const [newest] = kept.filter(({ expired }) => !expired).sort(newestFirst);
  if (newest === undefined && option !== "--new") await failIfLost(kept);
  if (newest !== undefined) warnBeforeItExpires(newest);
  appendFileSync(GITHUB_OUTPUT, `run=${newest?.workflow_run.id ?? ""}\n`);
}

// A fork may have a branch of the same name, and its runs leave artifacts here.
function isOurs({ workflow_run: run }) {
  return run.head_branch === BRANCH && run.head_repository_id === run.repository_id;
}

function newestFirst(a, b) {
  return b.created_at.localeCompare(a.created_at) || b.id - a.id;
}

async function failIfLost(expired) {
  const runs = `actions/workflows/apply.yml/runs?branch=${BRANCH}&status=success`;
  const earlier = (await all(runs, "workflow_runs", [404])).filter(({ id }) => String(id) !== GITHUB_RUN_ID);
  if (expired.length + earlier.length === 0) return;
  const why = expired.length > 0 ? "it has expired" : "there were runs of apply before";
  console.error(`::error::no artifact jp1im-state of ${BRANCH} is left, and ${why}: run the workflow adopt`);
  process.exit(1);
}

function warnBeforeItExpires({ expires_at: at }) {
  if (Date.parse(at) - Date.now() > EXPIRES_SOON_MS) return;
  console.error(
    `::warning::the artifact jp1im-state expires at ${at}: run the workflow adopt, which renews it`,
  );
}

async function comment(file) {
  const { number } = JSON.parse(readFileSync(GITHUB_EVENT_PATH, "utf8")).pull_request;
  const known = (await all(`issues/${number}/comments`)).find(({ body }) => body.startsWith(MARK));
  const answer = known
    ? await ask("PATCH", `issues/comments/${known.id}`, { body: text(file) }, [403])
    : await ask("POST", `issues/${number}/comments`, { body: text(file) }, [403]);
  // The token of a pull request from a fork may only read.
  if (answer.status === 403)
    console.error("::warning::no comment may be written; the plan is in the summary");
}

async function issue(title, file) {
  const known = (await all("issues?state=open")).find((each) => each.title === title && !each.pull_request);
  if (known) await ask("PATCH", `issues/${known.number}`, { body: text(file) });
  else await ask("POST", "issues", { title, body: text(file) });
}

function text(file) {
  return `${MARK}\n${readFileSync(file, "utf8")}`.slice(0, LONGEST);
}

/** Every page of a list, which some calls wrap in an object. */
async function all(path, key, expected) {
  const items = [];
  for (let page = 1; page <= PAGES; page++) {
    const paged = `${path}${path.includes("?") ? "&" : "?"}per_page=100&page=${page}`;
    const answer = await ask("GET", paged, undefined, expected);
    if (!answer.ok) return items;
    const body = await answer.json();
    const some = key ? body[key] : body;
    items.push(...some);
    if (some.length < 100) return items;
  }
  throw new Error(`GET ${path}: more than ${PAGES} pages`);
}

async function ask(method, path, body, expected = []) {
  const answer = await fetch(`${GITHUB_API_URL}/repos/${GITHUB_REPOSITORY}/${path}`, {
    method,
    headers: { authorization: `Bearer ${GITHUB_TOKEN}`, accept: "application/vnd.github+json" },
    ...(body && { body: JSON.stringify(body) }),
  });
  if (!answer.ok && !expected.includes(answer.status)) throw new Error(`${method} ${path}: ${answer.status}`);
  return answer;
}
