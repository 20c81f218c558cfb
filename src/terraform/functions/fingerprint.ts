import { fingerprintUnder } from "../../library/fingerprint";
import { DiagnosticError } from "../../model/diagnostic";
import { SecretValue } from "../../model/secret-value";
import { fingerprintPlace } from "../fingerprint-place";
import { ArgumentError, type ProviderFunction } from "./provider-function";

/** Terraform calls functions without the provider's configuration, so the key is an argument. */
export const fingerprint: ProviderFunction = {
  name: "fingerprint",
  summary: "The fingerprint that `jp1im_agent_secrets` shows for a value: a digest under the state key.",
  description: [
    "Terraform calls functions without the provider's configuration, so the state key is an argument. With the key of the provider's state and the manager's name in the provider, the result equals `fingerprints[key]` of a `jp1im_agent_secrets` that has the value. So a configuration can detect that a value has changed, although Terraform does not store it.",
    'Anyone who has the key can test guesses of a value against its fingerprint; without the key a fingerprint reveals nothing. Terraform stores the result if an output or an attribute contains it. Do not write the key into the configuration, because saved plans contain the configuration: read it from the key file with `file(".jp1im/state.key")`. A saved plan also holds the values of variables that are not ephemeral.',
    "The result is as sensitive as the arguments. To show it, wrap the call in `nonsensitive(…)`. With an ephemeral value or key the result is ephemeral, and Terraform has no function that makes it storable: read `fingerprints` of the resource instead.",
  ],
  parameters: [
    { name: "state_key", description: "The state key: 32 bytes in base64, as the key file has it." },
    { name: "manager", description: "The manager's name in the provider." },
    { name: "key", description: "The secret's name." },
    { name: "value", description: "The secret's value." },
  ],
  returns: "string",
  call([stateKey = "", manager = "", key = "", value = ""]) {
    if (manager === "") throw new ArgumentError(1, "a manager's name cannot be empty");
    if (key === "") throw new ArgumentError(2, "a secret's name cannot be empty");
    if (value === "") throw new ArgumentError(3, "a secret's value cannot be empty");
    try {
      const place = fingerprintPlace(manager, key);
      return fingerprintUnder({ key: stateKey, name: "`state_key`" }, place, new SecretValue(value));
    } catch (error) {
      if (!(error instanceof DiagnosticError)) throw error;
      const [{ remedy } = { remedy: undefined }] = error.diagnostics;
      throw new ArgumentError(0, [error.message, ...(remedy ? [remedy] : [])].join("; "));
    }
  },
};
