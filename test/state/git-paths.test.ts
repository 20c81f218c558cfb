import { withAbsolutePaths } from "../../src/state/git/git-paths";

test("relative paths in git's variables are from the folder that the process works in", () => {
  const env = {
    GIT_WORK_TREE: "..",
    GIT_OBJECT_DIRECTORY: "/objects",
    GIT_ALTERNATE_OBJECT_DIRECTORIES: "a:/b",
    GIT_CONFIG_GLOBAL: "ci/gitconfig",
    GIT_INDEX_FILE: "",
    GIT_SSH: "./ssh.sh",
    GIT_ASKPASS: "askpass",
    GIT_SSH_COMMAND: "ssh -i key",
    GIT_CONFIG_SYSTEM: "/dev/null",
    PATH: "bin:/bin",
  };
  expect(withAbsolutePaths(env, "/work/repo")).toEqual({
    ...env,
    GIT_WORK_TREE: "/work",
    GIT_ALTERNATE_OBJECT_DIRECTORIES: "/work/repo/a:/b",
    GIT_CONFIG_GLOBAL: "/work/repo/ci/gitconfig",
    GIT_SSH: "/work/repo/ssh.sh",
  });
});
