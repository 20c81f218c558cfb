import { credentialsInGitRemote, isGitBranch } from "../../src/model/git-address";

test.each([
  ...["https://u:secret@host/r.git", "HTTPS://token@host/r.git", "https://host/r.git?token=secret"],
  ...["ssh://u:secret@host/r.git", "ssh://u:a/secret@host/r.git", "u:secret@host:r.git"],
])("%s holds credentials", (remote) => {
  expect(credentialsInGitRemote(remote)).toMatchObject({ fault: expect.not.stringContaining("secret") });
});

test.each([
  ...["origin", "https://host/r.git", "ssh://git@host:22/r.git", "git@host:team/r.git", "host:team/r@v2.git"],
  ...["file:///srv/r.git", "../r.git", "C:\\repos\\r@v2.git", "https://host:8443/r.git"],
])("%s holds none", (remote) => {
  expect(credentialsInGitRemote(remote)).toBeUndefined();
});

test.each(["jp1im-state", "ops/state", "a.b", "v1@2", "refs/heads/x", "@x"])(
  "git takes %s for a branch",
  (name) => {
    expect(isGitBranch(name)).toBe(true);
  },
);

test.each([
  ...["", "@", "HEAD", "-f", "a b", "a..b", "a~1", "a^", "a:b", "a?", "a*", "a[", "a\\b", "a@{b", "a//b"],
  ...["/a", "a/", "a.", ".a", "a/.b", "a.lock", "a.lock/b", "a\x7f", "\u00e9"],
])("git takes %j for no branch", (name) => {
  expect(isGitBranch(name)).toBe(false);
});
