import { plainOf, type Value } from "../values/type";

type Given = Readonly<Record<string, Value>>;

/** The connection settings of a manager, as a file has them below the manager's name. */
export function managerSettings(given: Given, password: unknown): object {
  const { url, host, user, session, tls, proxy } = given;
  return {
    url,
    host: host ?? undefined,
    proxy: proxy ?? undefined,
    auth: { user, password, session: session ?? undefined },
    tls: tls ? plainOf(tls) : undefined,
  };
}

/** The name of a manager; by default the host name of its URL. */
export function managerName({ name, url }: Given): string {
  if (typeof name === "string") return name;
  const host = typeof url === "string" && URL.canParse(url) ? new URL(url).hostname : "";
  return host.replace(/[^A-Za-z0-9._-]+/g, "-").replace(/^[^A-Za-z0-9]+/, "") || "manager";
}
