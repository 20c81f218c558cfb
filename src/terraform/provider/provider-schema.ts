import type { Attributes } from "../schema/attribute";
import { openObject } from "../schema/open-object";

export const tls: Attributes = {
  ca: { type: "string", given: "optional", description: "PEM file with the authorities to trust." },
  cert: {
    type: "string",
    given: "optional",
    description: "PEM file with the client certificate, for mutual TLS.",
  },
  key: {
    type: "string",
    given: "optional",
    description: "PEM file with its private key, without a passphrase.",
  },
  insecure: {
    type: "bool",
    given: "optional",
    description:
      "Accept any certificate. Anyone between the provider and the manager can then read the credentials.",
  },
};

const policy: Attributes = {
  prune: {
    type: "string",
    given: "optional",
    description:
      "`owned` (default): the provider deletes from the manager what a resource no longer declares, and what a destroyed resource declared. `none`: the provider leaves it on the manager and only forgets it.",
  },
  protect: {
    type: ["list", "string"],
    given: "optional",
    description:
      "Patterns of what the provider never deletes and never issues again; it still writes declared values. A pattern with a `/` matches addresses; any other pattern matches client IDs, lower-manager hosts and secret keys. `immgr.*` is always protected.",
  },
  max_deletes: {
    type: "string",
    given: "optional",
    description:
      'How much one change of a resource may delete: a count, `"10"`, or a share of what is managed on the manager, `"30%"` (default). The provider refuses a change that would delete more. A share always allows five. Destroying a resource does not count.',
  },
  max_rotations: {
    type: "string",
    given: "optional",
    description:
      'The same for secrets that are issued again. A resource issues at most one, so `"0"` refuses every rotation, and any other number allows every rotation.',
  },
  unverified: {
    type: "string",
    given: "optional",
    description:
      "`write` (default): the provider writes a value whose last write is unknown. `keep`: the provider leaves it as it is.",
  },
};

export const providerAttributes: Attributes = {
  name: {
    type: "string",
    given: "optional",
    description:
      "The manager's name in addresses and in the state's folder. Default: the host name of `url`. To change it, run `jp1im state mv` as well.",
  },
  url: {
    type: "string",
    given: "optional",
    description:
      "Address of the manager's REST API: `https://host:port`. Default: `JP1IM_URL` in the environment.",
  },
  host: {
    type: "string",
    given: "optional",
    description:
      "The manager's own host name, under which its agents know it. Default: the host name of `url`.",
  },
  user: {
    type: "string",
    given: "optional",
    description: "JP1 user with `JP1_Console_Admin`. Default: `JP1IM_USER` in the environment.",
  },
  password: {
    type: "string",
    given: "optional",
    sensitive: true,
    description:
      "The user's password; give it an ephemeral value. Default: `JP1IM_PASSWORD` in the environment.",
  },
  password_source: {
    type: "dynamic",
    given: "optional",
    description:
      'Source of the password, instead of `password`: `{ file = "…" }`, `{ env = "…" }`, `{ exec = ["…"] }`, `{ sops = {…} }`, `{ age = "…" }` or `{ vault = {…} }`.',
  },
  session: {
    type: "bool",
    given: "optional",
    description: "`false` sends the user and the password with each request, instead of opening a session.",
  },
  tls: openObject("TLS settings; paths start from the working folder.", tls),
  proxy: {
    type: "string",
    given: "optional",
    description: "HTTP proxy for requests, or `none`. Default: what `HTTPS_PROXY` and `NO_PROXY` set.",
  },
  parallelism: {
    type: "number",
    given: "optional",
    description: "Maximum number of requests in flight on the manager. Default: 10.",
  },
  timeout: {
    type: "number",
    given: "optional",
    description:
      "Seconds within which an answer of the manager has to begin. Default: 60. A request with its retries takes at most twice as long. The same limit applies to the sum of the pauses that a busy manager asks for (429, 503). A request that timed out may have been carried out, so the provider checks before it repeats it.",
  },
  state: {
    type: "string",
    given: "optional",
    description:
      "Place of jp1im's own state, which records what was written (as keyed fingerprints) and what is being issued. A folder, or `git+URL#BRANCH`, `https://HOST/PATH/{manager}` or `postgres://USER@HOST/DATABASE`, as with `--state`. Keep it as carefully as Terraform's state. Default: `.jp1im` in the working folder.",
  },
  state_key: {
    type: "string",
    given: "optional",
    sensitive: true,
    description:
      "Key of the fingerprints, 32 bytes in base64. Default: `JP1IM_STATE_KEY` in the environment, else a key file in the state's folder.",
  },
  lock_timeout: {
    type: "number",
    given: "optional",
    description: "Seconds to wait while another run holds the state's lock. Default: 60.",
  },
  unreachable: {
    type: "string",
    given: "optional",
    description:
      "What a refresh and a plan do if an agent or a manager does not answer: `error` (default) stops them; `warn` shows one warning and keeps the last known values. What does not answer is never treated as absent.",
  },
  policy: openObject("What the provider may do besides creating what is missing.", policy),
};
