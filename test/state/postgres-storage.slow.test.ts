import { parsePostgresUrl } from "../../src/model/postgres-address";
import { systemClock } from "../../src/platform/clock";
import { nodeFileSystem } from "../../src/platform/file-system";
import { openPostgres } from "../../src/state/postgres/open-postgres";
import { describeWithPostgres, PostgresServer } from "../rig/postgres-server";
import { keepsAState } from "./storage-contract";

let server: PostgresServer;
let states = 0;
function machine(state: string) {
  return () => {
    const address = parsePostgresUrl(`${server.url()}?state=${state}`);
    if ("fault" in address) throw new Error(address.fault);
    return openPostgres({
      address,
      env: server.env,
      user: "nobody",
      folder: "/",
      fileSystem: nodeFileSystem,
      clock: systemClock,
    });
  };
}

describeWithPostgres("a state in PostgreSQL", () => {
  beforeAll(async () => {
    server = await PostgresServer.start();
  });
  afterAll(() => server.remove());

  keepsAState(() => machine(`state-${++states}`));
});
