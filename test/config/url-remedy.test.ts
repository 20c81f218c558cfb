import { urlRemedy } from "../../src/config/url-remedy";

test.each([
  ["htp://a:20703", "did you mean `http://a:20703`?"],
  ["htps://a", "did you mean `https://a`?"],
  ["htpts://a", "did you mean `https://a`?"],
  ["htttp://a", "did you mean `http://a`?"],
  ["https:/a", "did you mean `https://a`?"],
  ["https//a:1", "did you mean `https://a:1`?"],
  ["https;//a", "did you mean `https://a`?"],
  ["https:\\\\a", "did you mean `https://a`?"],
  ["http://a/im/api", "did you mean `http://a`?"],
  ["https://[::1]:1/im", "did you mean `https://[::1]:1`?"],
  ["immhost01:20703", "did you mean `https://immhost01:20703`?"],
  ["https", "did you mean `https://https`?"],
  [" https://a:1\n", "did you mean `https://a:1`?"],
  ["ftp://a", "write it as `https://host:port`"],
  ["https://", "write it as `https://host:port`"],
  ["https://d?token=hunter2", "did you mean `https://d`?"],
  ["htp://x:hunter2@b", "leave out the user and the password: `auth` takes them"],
])("%s", (text, remedy) => {
  expect(urlRemedy(text)).toBe(remedy);
});
