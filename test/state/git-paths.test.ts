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
  expect(withAbsolutePaths(env, "/srv/repo")).toEqual({
    ...env,
    GIT_WORK_TREE: "/srv",
    GIT_ALTERNATE_OBJECT_DIRECTORIES: "/srv/repo/a:/b",
    GIT_CONFIG_GLOBAL: "/srv/repo/ci/gitconfig",
    GIT_SSH: "/srv/repo/ssh.sh",
  });
});
