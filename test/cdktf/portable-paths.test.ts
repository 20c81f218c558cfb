import { movePaths } from "../../src/cdktf/portable-paths";

const document = {
  apiVersion: "jp1im/v1",
  managers: {
    tokyo: {
      url: "https://immhost01:20703",
      host: "a/b",
      auth: { user: "jp1admin", password: { file: { path: "a/b" } } },
      tls: { ca: "a/b", cert: "/etc/cert", key: "../key" },
      initialSecret: { deliverTo: [{ file: "a/b" }, { age: { recipients: ["age1x"], file: "a/b" } }] },
      clients: [{ id: "a/b", deliverTo: { exec: { command: ["a/b", "a/b"], timeout: 5 } } }],
      lowerManagers: [{ host: "osaka", initialSecret: { sops: { file: "a/b", path: "a/b" } } }],
      agents: [
        {
          host: "web01",
          secrets: {
            "a/b": { vault: { path: "a/b", field: "a/b", ca: "a/b", auth: { token: { file: "a/b" } } } },
            script: { exec: { command: ["a/b c"], shell: true } },
            name: { exec: ["b"] },
            here: { exec: ["./b"] },
          },
        },
      ],
    },
  },
  state: { local: { path: "a/b" } },
};

test("every path is moved, and nothing that only looks like one", () => {
  const moved = JSON.stringify(movePaths(document, "/home/sites", "/home"));
  const expected = JSON.stringify(document)
    .replace('"file":{"path":"a/b"}', '"file":{"path":"sites/a/b"}')
    .replace('"ca":"a/b","cert"', '"ca":"sites/a/b","cert"')
    .replace('"../key"', '"key"')
    .replace(
      '{"file":"a/b"},{"age":{"recipients":["age1x"],"file":"a/b"',
      '{"file":"sites/a/b"},{"age":{"recipients":["age1x"],"file":"sites/a/b"',
    )
    .replace('["a/b","a/b"]', '["sites/a/b","a/b"]')
    .replace('"sops":{"file":"a/b"', '"sops":{"file":"sites/a/b"')
    .replace(
      '"ca":"a/b","auth":{"token":{"file":"a/b"}}',
      '"ca":"sites/a/b","auth":{"token":{"file":"sites/a/b"}}',
    )
    .replace('["./b"]', '["sites/b"]')
    .replace('"local":{"path":"a/b"}', '"local":{"path":"sites/a/b"}');
  expect(JSON.parse(moved)).toEqual(JSON.parse(expected));
});

test("the name of an environment variable is no path", () => {
  const tls = { ca: { env: "CA" } };
  expect(movePaths({ managers: { tokyo: { tls } } }, "/home/sites", "/home")).toEqual({
    managers: { tokyo: { tls } },
  });
});

test("a program that comes to stand in the folder itself is not looked for in PATH", () => {
  const at = (exec: readonly string[]) => ({
    apiVersion: "jp1im/v1",
    managers: { tokyo: { auth: { user: "a", password: { exec } } } },
  });
  expect(movePaths(at(["../get.sh"]), "/home/sites", "/home")).toEqual(at(["./get.sh"]));
});

test("where the folder is the same, nothing changes", () => {
  const { tls: _tls, ...tokyo } = document.managers.tokyo;
  const plain = { ...document, managers: { tokyo: { ...tokyo, agents: [] } } };
  expect(movePaths(plain, "/home", "/home")).toEqual(plain);
});
