import type { DesiredManager } from "./desired-state";
import type { Diagnostic } from "./diagnostic";

/** Warns of settings that weaken the protection of a manager's credentials; `[]` if there are none. */
export function insecureSettings(
  manager: Pick<DesiredManager, "name" | "url"> & Partial<Pick<DesiredManager, "tls" | "position">>,
): readonly Diagnostic[] {
  const common = {
    code: "insecure-setting",
    severity: "warning",
    address: manager.name,
    position: manager.position,
  } as const;
  const warnings: Diagnostic[] = [];
  const url = URL.canParse(manager.url) ? new URL(manager.url) : undefined;
  if (url?.protocol === "http:" && !isLoopback(url.hostname)) {
    warnings.push({
      ...common,
      summary: `credentials and secrets travel to ${url.host} over plain http`,
      remedy: "turn on the manager's HTTPS and write https in `url`",
    });
  }
  if (manager.tls?.insecure === true) {
    warnings.push({
      ...common,
      summary: `any certificate is accepted from ${url?.host ?? "the manager"}: any server that answers there gets the credentials`,
      remedy: "give the manager's CA as `tls.ca` and drop `tls.insecure`",
    });
  }
  return warnings;
}

function isLoopback(host: string): boolean {
  return host === "[::1]" || /^(127(\.\d{1,3}){3}|(.*\.)?localhost)$/.test(host);
}
