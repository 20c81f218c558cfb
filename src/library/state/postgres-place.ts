import type { PostgresStateSettings } from "../../model/desired-state";
import type { Diagnostic } from "../../model/diagnostic";
import { isExposed, type PostgresAddress } from "../../model/postgres-address";
import { loginText } from "../../secrets/login-text";
import { createSecretResolver } from "../../secrets/resolver";
import type { Database } from "../../state/postgres/database";
import { connectPostgres, openPostgres } from "../../state/postgres/open-postgres";
import type { Storage } from "../../state/storage";
import { secretsPlatformOf } from "../inputs/secrets-platform";
import type { Platform } from "../platform";

/** Opens a state in a PostgreSQL database. It sends nothing yet. Rejects with a `DiagnosticError`. */
export async function openPostgresState(
  settings: PostgresStateSettings,
  platform: Platform,
): Promise<Storage> {
  const { address } = settings;
  if (isExposed(address)) platform.report({ type: "diagnostic", diagnostic: exposed(address) });
  return openPostgres({ ...connectionOf(settings, platform), observer: platform });
}

/** The database of a state, for further data that replicas share. */
export function connectStateDatabase(settings: PostgresStateSettings, platform: Platform): Promise<Database> {
  return connectPostgres(connectionOf(settings, platform));
}

function connectionOf({ password: source, ...settings }: PostgresStateSettings, platform: Platform) {
  const resolver = createSecretResolver(secretsPlatformOf(platform));
  const password = source && (() => loginText(source, resolver));
  const onWait = (diagnostic: Diagnostic) => platform.report({ type: "diagnostic", diagnostic });
  return { ...settings, ...platform, password, onWait };
}

function exposed({ host, tls }: PostgresAddress): Diagnostic {
  return {
    code: "insecure-setting",
    severity: "warning",
    summary: `sslmode=${tls.mode} for the state's database: ${tls.mode === "disable" ? `everything travels to ${host} in clear text` : `whoever answers for ${host} gets the login`}`,
    remedy: "leave sslmode out, and name the authority of the server's certificate with sslrootcert=FILE",
  };
}
