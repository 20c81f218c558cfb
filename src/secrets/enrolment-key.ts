import { hkdfSync } from "node:crypto";
import { SecretValue } from "../model/secret-value";

const INFO = "jp1im-enrolment-recovery/1";

/**
 * The key for keeping an undelivered secret of an enrolment; `createRecovery` takes it like a state's key. An
 * application that enrols has no state key. It has the initial secret, which somebody who finds the file does not
 * have. While the initial secret is valid, the key opens nothing that the initial secret does not open by itself.
 */
export function enrolmentKey(initialSecret: SecretValue): SecretValue {
  const key = hkdfSync("sha256", Buffer.from(initialSecret.reveal(), "utf8"), "", INFO, 32);
  return new SecretValue(Buffer.from(key).toString("base64"));
}
