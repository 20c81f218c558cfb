import { withoutCredentials } from "../../src/model/without-credentials";

test.each([
  ["https://user:p@ss@host/r.git", "https://host/r.git"],
  ["https://host/r.git?private_token=abc", "https://host/r.git"],
  ["https://host/r.git?private_token=abc@secret", "https://…"],
  ["https://user:p?abc@secret/r.git", "https://…"],
  ["ssh://git:secret@host/r.git", "ssh://git@host/r.git"],
  ["ssh://git@host/r.git", "ssh://git@host/r.git"],
  ["user:pw@host:r.git", "user@host:r.git"],
  ["git@host:r.git", "git@host:r.git"],
])("%s is shown without credentials", (text, shown) => {
  expect(withoutCredentials(text)).toBe(shown);
  expect(withoutCredentials(`fatal: unable to access '${text}': refused`)).not.toMatch(/p@ss|secret|abc|:pw/);
});
