import { createServer } from "node:net";
import type { Fault } from "../../src/simulator/fault";
import { documentOf } from "./document";
import { mustHere, runHere } from "./here";
import { closeStages, DESIRED, FIXTURES, Stage, WORLD } from "./stage";

afterEach(closeStages);

test("a wrong password or a user without the permission: exit code 7, and what to check", async () => {
  const stage = await Stage.open();
  stage.env.TOKYO_PASSWORD = "not-the-word";
  stage.env.READER_PASSWORD = "reader-pass";
  stage.write(
    "reader.yaml",
    DESIRED.replace("jp1admin", "reader").replace("TOKYO_PASSWORD", "READER_PASSWORD"),
  );
  const [user, reader, applied] = await Promise.all([
    runHere(stage, "plan"),
    runHere(stage, "drift -f reader.yaml"),
    runHere(stage, "apply --auto-approve"),
  ]);
  for (const each of [user, reader, applied]) expect(each.code).toBe(7);
  expect(user.stdout).toMatch(
    /KAJY52001-E: the user name or the password is wrong[\s\S]*may lock the JP1 user/,
  );
  expect(reader.stdout).toMatch(/KAJY01000-E[\s\S]*JP1_Console_Admin/);
  expect(stage.writes()).toEqual([]);
  // A wrong password that is tried too often locks the user out.
  const logins = stage.simulator.requests().filter(({ path }) => path.endsWith("/login"));
  expect(logins.map(({ status }) => status).sort()).toEqual([200, 403, 403]);
});

test("a right user and password that the manager takes only by session: both switches are named", async () => {
  const stage = await Stage.open();
  stage.write("each.yaml", DESIRED.replace("TOKYO_PASSWORD }", "TOKYO_PASSWORD }, session: false"));
  const [each, session] = await Promise.all([runHere(stage, "plan -f each.yaml"), runHere(stage, "plan")]);
  expect(each.code).toBe(7);
  expect(each.stdout).toMatch(/answered 401: .*the manager does not accept .* `session: false`/);
  expect(each.stdout).toContain("jp1.imdd.authBasic=true");
  expect(session.code).toBe(0);
});

test("a manager that cannot be reached: wrong port, wrong name, a port that speaks no HTTP", async () => {
  const stage = await Stage.open();
  const mute = createServer((socket) => socket.end("220 mail.example ESMTP\r\n"));
  await new Promise<void>((resolve) => mute.listen(0, "127.0.0.1", resolve));
  const address = mute.address();
  const port = typeof address === "object" && address ? address.port : 0;
  const variant = (name: string, url: string) =>
    stage.write(`${name}.yaml`, DESIRED.replace("TOKYO_URL", url));
  variant("port", "http://127.0.0.1:1");
  variant("name", "http://no-such-manager.invalid:20703");
  variant("mail", `http://127.0.0.1:${port}`);
  variant("tls", stage.url().replace("http:", "https:"));
  try {
    const ended = await Promise.all(
      ["port", "name", "mail", "tls"].map((name) => runHere(stage, `plan -f ${name}.yaml`)),
    );
    for (const each of ended) expect(each.code).toBe(3);
    const [closed, unknown, mail, tls] = ended.map(({ stdout }) => stdout);
    expect(closed).toMatch(/no connection could be opened \(ECONNREFUSED\)[\s\S]*check the manager's `url`/);
    expect(unknown).toMatch(/the host name is not known \(ENOTFOUND\)[\s\S]*correct the host in `url`/);
    expect(mail).toMatch(/the answer is not HTTP[\s\S]*is a JP1\/IM - Manager/);
    expect(tls).toMatch(
      /the answer is not TLS \(ERR_SSL_WRONG_VERSION_NUMBER\)[\s\S]*`url` says https only where/,
    );
    // Over the network, credentials do not travel in clear without a warning.
    expect(ended[1]?.stderr).toContain("travel to no-such-manager.invalid:20703 over plain http");
    expect(ended[0]?.stderr).toBe("");
  } finally {
    mute.close();
  }
});

test("a certificate of an own authority: refused without tls.ca, taken with it, and with insecure: true said loudly", async () => {
  const tls = "tls: { cert: server.pem, key: server.key.pem }";
  const stage = await Stage.open(WORLD.replace("host: immhost01\n", `host: immhost01\n    ${tls}\n`));
  expect(stage.url()).toMatch(/^https:/);
  const variant = (name: string, settings: string) =>
    stage.write(
      `${name}.yaml`,
      DESIRED.replace("host: immhost01", `host: immhost01\n    tls: { ${settings} }`),
    );
  variant("ca", `ca: ${FIXTURES}/ca.pem`);
  variant("other", `ca: ${FIXTURES}/other-ca.pem`);
  variant("insecure", "insecure: true");
  variant("missing", "ca: certs/missing.pem");
  variant("nonsense", "ca: jp1im.yaml");
  const files = ["jp1im", "ca", "other", "insecure", "missing", "nonsense"];
  const ended = await Promise.all(files.map((file) => runHere(stage, `plan -f ${file}.yaml`)));
  const [without, own, other, insecure, missing, nonsense] = ended;
  expect(ended.map(({ code }) => code)).toEqual([3, 0, 3, 0, 64, 64]);
  for (const each of [without, other]) {
    expect(each?.stdout).toMatch(
      /certificate is signed by no trusted authority \(UNABLE_TO_VERIFY_LEAF_SIGNATURE\)/,
    );
    expect(each?.stdout).toContain("`tls.ca`");
  }
  expect(own).toMatchObject({ stderr: "", stdout: expect.stringContaining("Plan: 4 to create") });
  expect(insecure?.stderr).toMatch(/any certificate is accepted from 127\.0\.0\.1:\d+.*\[insecure-setting]/);
  expect(missing?.stderr).toMatch(/tls\.ca of tokyo cannot be read: .*certs\/missing\.pem/);
  expect(nonsense?.stderr).toMatch(/tls\.ca of tokyo cannot be used: .*jp1im\.yaml holds no certificate/);
  expect(nonsense?.stderr).toMatch(/ at nonsense\.yaml:\d+:\d+\n/);
});

test("a proxy's page, a redirect or an error page in the manager's place changes nothing and points at the URL", async () => {
  const page = "<html><body>Sign in to the portal</body></html>";
  const raw = (status: number): Fault => ({
    effect: { type: "raw", status, contentType: "text/html", body: page },
  });
  const stages = await Promise.all(
    [200, 302, 502, 407].map(async (status) => {
      const stage = await Stage.open();
      stage.simulator.faults.add(raw(status));
      return stage;
    }),
  );
  const ended = await Promise.all(stages.map((stage) => runHere(stage, "apply --auto-approve")));
  for (const each of ended) {
    expect(each.code).toBe(3);
    expect(each.stdout + each.stderr).not.toContain("Sign in");
  }
  expect(ended[0]?.stdout).toMatch(/a text\/html body of 47 bytes, not JSON[\s\S]*not a proxy or a portal/);
  expect(ended[1]?.stdout).toMatch(
    /a redirect to nowhere, which is not followed[\s\S]*manager's own address/,
  );
  expect(ended[2]?.stdout).toContain("was answered 502");
  expect(ended[3]?.stdout).toContain("was answered 407");
  expect(stages.flatMap((stage) => stage.simulator.requests().map(({ path }) => path))).not.toContain(
    "/im/api/v1/agents/secrets/change",
  );
});

test("a part that fails leaves the rest applied, exit code 3, and the next run does what is missing", async () => {
  const stage = await Stage.open();
  stage.simulator.faults.add({
    path: "agents/secrets/change",
    bodyIncludes: '"web2"',
    effect: { type: "status", status: 500, messageId: "KAJY68212-E" },
  });
  const ended = await runHere(stage, "apply --auto-approve --output json");
  expect(documentOf(ended)).toMatchObject({ exit_code: 3, outcome: { summary: { applied: 3, failed: 1 } } });
  stage.simulator.faults.clear();
  await mustHere(stage, "apply --auto-approve");
  expect(await runHere(stage, "plan --detailed-exitcode")).toMatchObject({ code: 0, stderr: "" });
});
