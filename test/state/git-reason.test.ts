import { Git } from "../../src/state/git/run-git";

const HINT = "Please make sure you have the correct access rights\nand the repository exists.\n";

/** What a diagnostic says of a `git` that ended with this on its standard error. */
async function reasonOf(stderr: string): Promise<string> {
  const output = { stdout: Buffer.alloc(0), stderr };
  const runProgram = async () => ({ end: "exited", code: 128, output }) as const;
  const git = new Git({ folder: "/", env: {}, runProgram });
  return git.run(["ls-remote"]).then(
    () => "",
    ({ message }: Error) => message,
  );
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
  expect(await reasonOf(stderr)).toBe(`git ls-remote ended with 128: ${line}`);
});
