import { hkdfSync } from "node:crypto";
import { SecretValue } from "../model/secret-value";

const INFO = "jp1im-enrolment-recovery/1";

/**
 * The key that an undelivered secret of an enrolment is kept under, as `createRecovery` takes a state's key. An
 * application that enrols has no state key; what it has, and whoever finds the file has not, is the initial secret that
 * it enrols with. As long as that is valid, the key opens nothing that it would not open by itself.
 */
export function enrolmentKey(initialSecret: SecretValue): SecretValue {
  const key = hkdfSync("sha256", Buffer.from(initialSecret.reveal(), "utf8"), "", INFO, 32);
  return new SecretValue(Buffer.from(key).toString("base64"));
}
