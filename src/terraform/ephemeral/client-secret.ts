import type { JobClient } from "../../library/manager-run/job-clients";
import type { Outcome } from "../../model/outcome";
import { type AttributeOf, type Fault, FaultError, fault, faultsOf, type Wording } from "../fault";
import { inTerraform } from "../in-terraform";
import type { Connection } from "../provider/connection";
import { keptFaults } from "../resources/carry-out";
import { outcomeFaults } from "../resources/plan-faults";
import type { Attrs } from "../resources/resource-type";
import type { Attributes } from "../schema/attribute";
import type { EphemeralType, Opened } from "./ephemeral-type";

const DEFAULT_PREFIX = "terraform-";

const attributes: Attributes = {
  id: {
    type: "string",
    given: "either",
    description:
      "The client's ID. Default: `id_prefix` and twelve random characters, so that each job has its own client.",
  },
  id_prefix: {
    type: "string",
    given: "optional",
    description: "Prefix of an ID that the provider makes for the job. Default: `terraform-`.",
  },
  enabled: {
    type: "bool",
    given: "optional",
    description:
      "`false` issues nothing, and `id` and `secret` are null. Terraform also opens ephemeral resources at every plan: `enabled = terraform.applying` issues only at an apply. Default: `true`.",
  },
  secret: { type: "string", given: "computed", sensitive: true, description: "The client's secret." },
  issued_at: {
    type: "string",
    given: "computed",
    description: "When the secret was issued, by the manager's clock.",
  },
};

export const clientSecret: EphemeralType = {
  name: "jp1im_client_secret",
  description:
    "An IM client for one job: the provider issues it when Terraform needs it, and deletes it when Terraform has finished with it. No plan, state or file contains its secret. For an application that continues to work after the run, use the resource `jp1im_client`.",
  attributes,
  validate,
  open,
  renew,
  close,
};

function validate({ id, id_prefix: prefix }: Attrs): readonly Fault[] {
  if ((id ?? null) === null || (prefix ?? null) === null) return [];
  return [fault(["id_prefix"], "`id` and `id_prefix` exclude each other", "Keep one of them.")];
}

async function open(config: Attrs, { jobs }: Connection): Promise<Opened> {
  const { id: given, id_prefix: prefix, enabled } = config;
  if (enabled === false)
    return { result: { ...config, id: null, secret: null, issued_at: null }, faults: [] };
  const left = await asWarnings(jobs.sweep());
  const id = typeof given === "string" ? given : jobs.newId(String(prefix ?? DEFAULT_PREFIX));
  const attribute = typeof given === "string" ? "id" : "id_prefix";
  const { outcome, issued } = await jobs.open(id, { "clients[0].id": `\`${attribute}\`` }).catch((error) => {
    throw new FaultError(faultsOf(error, ({ severity }) => (severity === "error" ? [attribute] : undefined)));
  });
  const faults = [...left, ...outcomeFaults(outcome, ofId, jobWording)];
  if (issued === undefined) return { faults };
  const { secret, issuedAt, use, renewAt } = issued;
  const own = JSON.stringify({ id, use } satisfies JobClient);
  return { result: { ...config, id, secret, issued_at: issuedAt }, own, renewAt, faults };
}

/** Rewords a refusal for a job. A job must not take over another client, because the end of the job would delete it. */
const jobWording: Wording = (diagnostic, attribute) =>
  diagnostic.code === "not-ours"
    ? {
        ...diagnostic,
        remedy: "give the job another `id`, or leave it out: each job then gets one of its own",
      }
    : inTerraform(diagnostic, attribute);

const ofId: AttributeOf = ({ code }) => (code === "not-ours" ? ["id"] : undefined);

/** If a renewal cannot be confirmed, the job continues: nothing on this machine deletes its client. */
async function renew(own: string, { jobs }: Connection): Promise<Pick<Opened, "renewAt" | "faults">> {
  const client = clientOf(own);
  const renewed = await jobs.renew(client);
  if (renewed) return { ...renewed, faults: [] };
  const what = `The client ${JSON.stringify(client.id)} is no longer this job's`;
  const why =
    "Another run took it for the client of a killed job, because this machine did not renew its claim in time.";
  return { faults: [fault(undefined, what, why)] };
}

/** A client that cannot be deleted does not fail the finished job; the next job deletes it. */
async function close(own: string, { jobs }: Connection): Promise<readonly Fault[]> {
  return asWarnings(jobs.close(clientOf(own)));
}

async function asWarnings(work: Promise<Outcome | undefined>): Promise<Fault[]> {
  const faults = await work.then(
    (outcome) => (outcome ? [...outcomeFaults(outcome), ...keptFaults(outcome)] : []),
    (error) => faultsOf(error),
  );
  const detail = "The client stays on the manager until the next job of the same state deletes it.";
  return faults.map((each) => ({ ...each, severity: "warning", detail: `${each.detail}\n${detail}` }));
}

function clientOf(own: string): JobClient {
  return JSON.parse(own);
}
