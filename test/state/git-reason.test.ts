import { Git } from "../../src/state/git/run-git";
import { refusalOf } from "../rig/tokyo";

const HINT = "Please make sure you have the correct access rights\nand the repository exists.\n";

/** The diagnostic for a `git` that ended with this on its standard error. */
function faultOf(command: string, stderr: string) {
  const output = { stdout: Buffer.alloc(0), stderr };
  const runProgram = async () => ({ end: "exited", code: 128, output }) as const;
  const git = new Git({ folder: "/", env: {}, runProgram });
  return refusalOf(git.run([command]));
}

test.each([
  [
    `ssh: connect to host git.example port 22: Connection refused\nfatal: Could not read from remote repository.\n\n${HINT}`,
    "ssh: connect to host git.example port 22: Connection refused",
  ],
  [
    `Warning: Permanently added 'git.example' to the list of known hosts.\nops@git.example: Permission denied (publickey).\nfatal: Could not read from remote repository.\n\n${HINT}`,
    "ops@git.example: Permission denied (publickey).",
  ],
  [`fatal: Could not read from remote repository.\n\n${HINT}`, "Could not read from remote repository."],
  [
    "fatal: unable to access 'https://git.example/s.git/': Connection refused\n",
    "unable to access 'https://git.example/s.git/': Connection refused",
  ],
  ["remote: not permitted\nfatal: the remote end hung up unexpectedly\n", "not permitted"],
  ["nothing that git marks\n", "nothing that git marks"],
])("of what git says the line that names the cause is shown: %j", async (stderr, line) => {
  const summary = `git ls-remote ended with 128: ${line}`;
  expect(await faultOf("ls-remote", stderr)).toMatchObject({ code: "state-unreachable", summary });
});

const FORBIDDEN =
  "fatal: unable to access 'https://git.example/s.git/': The requested URL returned error: 403\n";

test.each([
  [FORBIDDEN, "unable to access"],
  [
    `remote: Write access to repository not granted.\n${FORBIDDEN}`,
    "Write access to repository not granted.",
  ],
  [`remote: You are not allowed to push code to this project.\n${FORBIDDEN}`, "You are not allowed to push"],
  [
    `ERROR: The key you are authenticating with has been marked as read only.\nfatal: Could not read from remote repository.\n\n${HINT}`,
    "marked as read only",
  ],
])("a user who may read and not push is told so: %j", async (stderr, reason) => {
  expect(await faultOf("push", stderr)).toMatchObject({
    code: "state-unwritable",
    summary: expect.stringMatching(`^the repository of the state refuses the push: .*${reason}`),
    remedy: expect.stringContaining("let the user push"),
  });
});

test("a push that ends on the way is no refusal", async () => {
  const lost = "error: RPC failed; HTTP 502 curl 22 The requested URL returned error: 502\n";
  expect(await faultOf("push", lost)).toMatchObject({ code: "state-unreachable" });
});
