import { failure } from "../model/diagnostic";
import type { SecretValue } from "../model/secret-value";

/** The login for a server that is not a manager. */
export type ServerLogin =
  | { readonly method: "basic"; readonly username: string; readonly password: SecretValue }
  | { readonly method: "bearer"; readonly token: SecretValue };

/**
 * The header `Authorization`, a secret. Throws a `DiagnosticError` (`secret-refused`) for a token that cannot be in a
 * header.
 */
export function authorizationOf(login: ServerLogin): string {
  if (login.method === "basic") {
    const text = `${login.username}:${login.password.reveal()}`;
    return `Basic ${Buffer.from(text).toString("base64")}`;
  }
  const token = login.token.reveal();
  if (/^[\x21-\x7e]+$/.test(token)) return `Bearer ${token}`;
  throw failure({
    code: "secret-refused",
    summary: "the token for the server of the state is empty, or holds a character that no token has",
    remedy: "correct its source",
  });
}
