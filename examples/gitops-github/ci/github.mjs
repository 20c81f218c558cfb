// What the workflows ask of GitHub, with nothing but Node:
//   comment FILE         a comment on the pull request, updated in place
//   issue TITLE FILE     an open issue of that title, updated in place
import { readFileSync } from "node:fs";

const { GITHUB_API_URL, GITHUB_REPOSITORY, GITHUB_TOKEN, GITHUB_EVENT_PATH } = process.env;
const MARK = "<!-- jp1im -->";
// GitHub counts characters; the report ends in time, and the mark comes on top of it.
const LONGEST = 65_536;
const PAGES = 50;

const [, , verb, ...given] = process.argv;
const verbs = { comment, issue };
await verbs[verb](...given);

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

/** Every page of a list. */
async function all(path) {
  const items = [];
  for (let page = 1; page <= PAGES; page++) {
    const paged = `${path}${path.includes("?") ? "&" : "?"}per_page=100&page=${page}`;
    const some = await (await ask("GET", paged)).json();
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
