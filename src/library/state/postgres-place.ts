import type { PostgresStateSettings } from "../../model/desired-state";
import type { Diagnostic } from "../../model/diagnostic";
import { isExposed, type PostgresAddress } from "../../model/postgres-address";
import { loginText } from "../../secrets/login-text";
import { createSecretResolver } from "../../secrets/resolver";
import { openPostgres } from "../../state/postgres/open-postgres";
import type { Storage } from "../../state/storage";
import { outsideOf } from "../inputs/outside-of";
import type { Platform } from "../platform";

/** The state in a PostgreSQL database. Rejects with a `DiagnosticError`; nothing is sent yet. */
export async function openPostgresState(
  settings: PostgresStateSettings,
  platform: Platform,
): Promise<Storage> {
  const { address, password: source } = settings;
  if (isExposed(address)) platform.report({ type: "diagnostic", diagnostic: exposed(address) });
  const resolver = createSecretResolver(outsideOf(platform));
  const password = source && (() => loginText(source, resolver));
  return openPostgres({ ...settings, ...platform, password });
}

function exposed({ host, tls }: PostgresAddress): Diagnostic {
  return {
    code: "insecure-setting",
    severity: "warning",
    summary: `sslmode=${tls.mode} for the state's database: ${tls.mode === "disable" ? `everything travels to ${host} in clear text` : `whoever answers for ${host} gets the login`}`,
    remedy: "leave sslmode out, and name the authority of the server's certificate with sslrootcert=FILE",
  };
}
