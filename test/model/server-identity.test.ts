import { serverIdentity } from "../../src/model/server-identity";

test.each([
  ["http://127.0.0.1:20703", "http://localhost:20703"],
  ["http://127.0.0.1:20703", "http://LOCALHOST.:20703/"],
  ["http://127.0.0.1:20703", "http://[::1]:20703"],
  ["http://127.0.0.1:20703", "http://[::ffff:127.0.0.1]:20703"],
  ["http://127.0.0.1:20703", "http://127.1:20703"],
  ["http://127.0.0.1:20703", "http://0.0.0.0:20703"],
  ["http://10.0.0.7:20703", "http://[::ffff:10.0.0.7]:20703"],
  ["https://immhost01.example", "HTTPS://ImmHost01.Example.:443/"],
  ["http://immhost01:80", "http://immhost01"],
  ["http://immhost01:20703", "https://immhost01:20703"],
])("%s and %s are one server", (one, other) => {
  expect(serverIdentity(one)).toBe(serverIdentity(other));
});

test.each([
  ["http://localhost:20703", "http://localhost:20704"],
  ["http://127.0.0.1:20703", "http://127.0.0.2:20703"],
  ["http://immhost01:20703", "http://immhost02:20703"],
  ["http://immhost01", "https://immhost01"],
  ["http://[::1]:20703", "http://[::2]:20703"],
])("%s and %s are two", (one, other) => {
  expect(serverIdentity(one)).not.toBe(serverIdentity(other));
});
