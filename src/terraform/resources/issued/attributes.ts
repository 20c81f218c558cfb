import type { Attributes } from "../../schema/attribute";

/** Attributes of both clients and initial secrets. */
export const issuedAttributes: Attributes = {
  address: { type: "string", given: "computed", description: "The resource's address." },
  generation: {
    type: "number",
    given: "either",
    description: "Raise it to issue a new secret; the former one stops working. Default: 1.",
  },
  rotate_after: {
    type: "string",
    given: "optional",
    description:
      "Age at which a plan issues a new secret: `12h`, `90d`, `2w`. If it is set, the provider also replaces a secret that is no longer in its file; if it is not set, the provider only warns in both cases.",
  },
  deliver_to: {
    type: "dynamic",
    given: "optional",
    description:
      'Required to issue a secret; an imported resource does not need it until then. Where the issued secret goes, spelled as in the YAML: `{ file = "…" }`, `{ age = {…} }`, `{ exec = ["…"] }`, `{ vault = {…} }`, or a list of them. Relative paths start from the working folder. No state contains the secret.',
  },
  issued_at: {
    type: "string",
    given: "computed",
    description: "When the secret was issued, by the manager's clock.",
  },
  next_rotation: {
    type: "string",
    given: "computed",
    description: "When the secret is due for rotation; null without `rotate_after`.",
  },
};
