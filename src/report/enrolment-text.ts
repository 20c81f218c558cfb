import { visible } from "../model/visible";

/** What `enroll` came to. */
export interface EnrolmentReport {
  readonly url: string;
  readonly client_id: string;
  readonly status: "enrolled" | "delivered" | "already" | "failed";
  readonly delivered_to: string;
  /** UTC. */
  readonly issued_at?: string | undefined;
}

/** Where the secret is; after a failure its diagnostics say what is to be done. */
export function enrolmentText({ url, client_id, status, delivered_to, issued_at }: EnrolmentReport): string {
  const client = `${visible(client_id)} on ${visible(url)}`;
  const issued = issued_at === undefined ? "" : `, issued ${visible(issued_at)}`;
  switch (status) {
    case "enrolled":
      return `Enrolled ${client}: its secret is in ${visible(delivered_to)}${issued}.\n`;
    case "delivered":
      return `Delivered ${client}, which an earlier start had issued: its secret is in ${visible(delivered_to)}${issued}.\n`;
    case "already":
      return `Enrolled before: the secret of ${client} is in ${visible(delivered_to)}${issued}; nothing was done.\n`;
    case "failed":
      return `Not enrolled: ${client} may have been issued, and nothing was delivered to ${visible(delivered_to)}.\n`;
  }
}

/** A fresh initial secret, and what it means for the former one. */
export function initialSecretText(manager: string, deliveredTo: string): string {
  return `Issued the initial secret of ${visible(manager)}: it is in ${visible(deliveredTo)}.\nThe former one has stopped working: whoever holds it needs the new one.\n`;
}

/** Asked before it is issued. */
export function initialSecretQuestion(manager: string, url: string, deliverTo: string): string {
  return [
    `\nA fresh initial secret is issued on ${visible(manager)} (${visible(url)}) and delivered to ${visible(deliverTo)}.`,
    "The present one stops working at once: agent installers, enrolments and lower managers that are still to be added",
    "with it are refused from then on. Whoever is enrolled already is not affected.",
    "Issue it? Only 'yes' is accepted: ",
  ].join("\n");
}
