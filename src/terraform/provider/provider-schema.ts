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
    description: "Accept any certificate. Credentials can then be read by whoever is in between.",
  },
};

const policy: Attributes = {
  prune: {
    type: "string",
    given: "optional",
    description:
      "`owned` (default): what a resource no longer declares, and a destroyed resource, is deleted on the manager. `none`: it stays, and is only forgotten.",
  },
  protect: {
    type: ["list", "string"],
    given: "optional",
    description:
      "Patterns of what is never deleted and never issued again (a declared value is written all the same): of addresses where they hold a `/`, else of client IDs, lower-manager hosts and secret keys. `immgr.*` is always protected.",
  },
  max_deletes: {
    type: "string",
    given: "optional",
    description:
      'A resource whose change would delete more is refused: a count, `"10"`, or a share of what is managed on the manager, `"30%"`, which is the default. Of a share, five always pass. Destroying a resource is not counted.',
  },
  max_rotations: {
    type: "string",
    given: "optional",
    description:
      'The same for secrets that are issued again. A resource issues at most one, so `"0"` refuses every rotation, and any other number none.',
  },
  unverified: {
    type: "string",
    given: "optional",
    description:
      "`write` (default): a value whose last write is unknown is written. `keep`: it stays as it is.",
  },
};

export const providerAttributes: Attributes = {
  name: {
    type: "string",
    given: "optional",
    description:
      "What the manager is called in addresses and in the state's folder. Default: the host name of `url`. Never change it without `jp1im state mv`.",
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
      'Where the password is read from, in the place of `password`: `{ file = "…" }`, `{ env = "…" }`, `{ exec = ["…"] }`, `{ sops = {…} }`, `{ age = "…" }` or `{ vault = {…} }`.',
  },
  session: {
    type: "bool",
    given: "optional",
    description: "`false` sends the user and the password with each request, in the place of a session.",
  },
  tls: openObject("TLS settings; paths start from the working folder.", tls),
  proxy: {
    type: "string",
    given: "optional",
    description:
      "`none`, or the HTTP proxy that requests go through. Default: as `HTTPS_PROXY` and `NO_PROXY` say.",
  },
  parallelism: {
    type: "number",
    given: "optional",
    description: "Requests in flight on the manager, at most; 10 by default.",
  },
  timeout: {
    type: "number",
    given: "optional",
    description:
      "Seconds until an answer of the manager has to begin; 60 by default. A request with its retries takes at most twice as long. The same limit applies to the sum of the pauses that a busy manager asks for (429, 503). A request that timed out may have been carried out, so the provider checks before it repeats it.",
  },
  state: {
    type: "string",
    given: "optional",
    description:
      "Where jp1im's own state is: what was written, as keyed fingerprints, and what is being issued. A folder, or `git+URL#BRANCH`, `https://HOST/PATH/{manager}` or `postgres://USER@HOST/DATABASE`, as with `--state`. Keep it as you keep Terraform's state. Default: `.jp1im` in the working folder.",
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
    description: "Seconds to wait while another run holds the state's lock; 60 by default.",
  },
  unreachable: {
    type: "string",
    given: "optional",
    description:
      "What a refresh and a plan do about an agent or a manager that does not answer: `error` (default), or `warn`: one warning, and what was known is kept. It is never taken for absent.",
  },
  policy: openObject("What may be done beyond creating what is missing.", policy),
};
