import type { Enrolment, PlaceDelivery } from "../model/enrolment";
import { visible } from "../model/visible";

export type EnrolmentReport = Omit<Enrolment, "diagnostics">;

/** Where the secret is; after a failure the diagnostics say what to do. */
export function enrolmentText(report: EnrolmentReport): string {
  const { url, client_id, status, delivered_to, issued_at, places } = report;
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
      if (places !== undefined) return undeliveredText(client, places, delivered_to);
      return `Not enrolled: ${client} may have been issued, and nothing was delivered to ${visible(delivered_to)}.\n`;
  }
}

function undeliveredText(client: string, places: readonly PlaceDelivery[], deliveredTo: string): string {
  const named = (each: readonly PlaceDelivery[]) => each.map(({ place }) => visible(place)).join(" and ");
  const reached = places.filter(({ status }) => status !== "failed");
  const missed = places.filter(({ status }) => status === "failed");
  if (reached.length === 0)
    return `Not enrolled: ${client} was issued, and nothing was delivered to ${visible(deliveredTo)}.\n`;
  const except = missed.length === 0 ? ", perhaps not durably" : `, and not in ${named(missed)}`;
  return `Not enrolled: ${client} was issued, and its secret is in ${named(reached)}${except}.\n`;
}

/** The new initial secret, and the effect on the former one. */
export function initialSecretText(manager: string, deliveredTo: string): string {
  return `Issued the initial secret of ${visible(manager)}: it is in ${visible(deliveredTo)}.\nThe former one has stopped working: programs that use it need the new one.\n`;
}

/** Asked before it is issued. */
export function initialSecretQuestion(manager: string, url: string, deliverTo: string): string {
  return [
    `\nA fresh initial secret is issued on ${visible(manager)} (${visible(url)}) and delivered to ${visible(deliverTo)}.`,
    "The present one stops working at once: agent installers, enrolments and lower managers that are still to be added",
    "with it are refused from then on. Programs that are enrolled already are not affected.",
    "Issue it? Only 'yes' is accepted: ",
  ].join("\n");
}
