import { issuesOf } from "../../../model/declared";
import type { DesiredManager } from "../../../model/desired-state";
import { formatTime } from "../../../platform/clock";
import type { Connection } from "../../provider/connection";
import type { Attrs } from "../resource-type";

/** When a secret was issued, and when it will be due. Both are null without a record, for example after an import. */
export async function issueTimes(
  { run }: Connection,
  address: string,
  desired: DesiredManager,
): Promise<Attrs> {
  const record = (await run.state()).record(address);
  const issued = record?.kind === "client" || record?.kind === "initial-secret" ? record : undefined;
  const [declared] = issuesOf(desired).flatMap((each) => (each.address === address ? [each.declared] : []));
  const { issuedAt = null, requestedAt } = issued ?? {};
  const since = Date.parse(requestedAt ?? issuedAt ?? "");
  const { rotateAfterMs } = declared ?? {};
  const isDated = rotateAfterMs !== undefined && !Number.isNaN(since);
  return { issued_at: issuedAt, next_rotation: isDated ? formatTime(since + rotateAfterMs) : null };
}
