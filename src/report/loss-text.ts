import { parseAddress } from "../model/address";
import type { Plan } from "../model/plan";
import { type Paint, plain } from "./paint";
import { countOf } from "./wording";

/** What a destroy loses permanently, shown before the approval. Empty if nothing is deleted. */
export function lossText(plan: Plan, paint: Paint = plain): string {
  const deleted = plan.changes.filter(({ action }) => action === "delete");
  const count = (kind: string) => deleted.filter((change) => change.kind === kind).length;
  const agents = new Set<string>();
  for (const { address } of deleted) {
    const addressed = parseAddress(address);
    if (addressed?.kind === "secret") agents.add(`${addressed.agent.managerHost}/${addressed.agent.host}`);
  }
  const [clients, lowerManagers, secrets] = [count("client"), count("lower-manager"), count("secret")];
  const losses = [
    ...(clients > 0
      ? [`${countOf(clients, "IM client")}: programs that use their secrets are refused from then on`]
      : []),
    ...(lowerManagers > 0
      ? [`${countOf(lowerManagers, "lower manager")}: cut off from the integrated manager, agents included`]
      : []),
    ...(secrets > 0
      ? [
          `${countOf(secrets, "secret")} of ${countOf(agents.size, "agent")}: no manager can read their values back`,
        ]
      : []),
  ];
  if (losses.length === 0) return "";
  const title = paint("warning", "This is lost, and cannot be undone:");
  return `${[title, ...losses.map((loss) => `  ${loss}`)].join("\n")}\n`;
}
