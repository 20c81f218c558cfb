/**
 * The floor: the requests that a run cannot do without, sent by bare undici with its answers parsed and dropped.
 * `node floor.js URL read|write|write-all PARALLELISM KEYS`: the agent list, each agent's keys, and for `write` one changed key per agent,
 * for `write-all` all of them in one request per agent.
 */
import { Pool } from "undici";

const [url = "", mode = "read", parallelism = "10", keys = "100"] = process.argv.slice(2);
const CONNECTIONS = Number(parallelism);

async function main(): Promise<void> {
  const pool = new Pool(url, { connections: CONNECTIONS });
  const credentials = Buffer.from(`jp1admin:${process.env.BENCH_PASSWORD}`).toString("base64");
  const headers = { authorization: `Bearer ${credentials}`, "content-type": "application/json" };
  const post = async (path: string, body?: unknown): Promise<unknown> => {
    const payload = body === undefined ? "" : JSON.stringify(body);
    const answer = await pool.request({ path: `/im/api/v1/${path}`, method: "POST", headers, body: payload });
    const text = await answer.body.text();
    if (answer.statusCode !== 200) throw new Error(`${path} was answered ${answer.statusCode}`);
    return text === "" ? undefined : JSON.parse(text);
  };
  const { agents } = (await post("agents")) as { agents: { agenthost: string; managerhost: string }[] };
  const next = agents.values();
  const secrets = written();
  let listedKeys = 0;
  const worker = async () => {
    for (const { agenthost, managerhost } of next) {
      const listed = (await post("agents/secrets", { agenthost, managerhost })) as { secrets: unknown[] };
      listedKeys += listed.secrets.length;
      if (secrets.length > 0)
        await post("agents/secrets/change", { agenthost, managerhost, add: { secrets } });
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, worker));
  await pool.close();
  process.stdout.write(`${agents.length} agents, ${listedKeys} keys\n`);
}

function written(): { key: string; secret: string }[] {
  const count = { read: 0, write: 1, "write-all": Number(keys) }[mode] ?? 0;
  return Array.from({ length: count }, (_, index) => {
    const number = String(index + 1).padStart(4, "0");
    return { key: `secret-${number}`, secret: `value-${number}` };
  });
}

main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
