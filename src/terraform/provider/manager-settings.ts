import { plainOf, type Value } from "../values/type";

type Given = Readonly<Record<string, Value>>;

/** How a manager is reached, as a file has it below the manager's name. */
export function managerSettings(given: Given, password: unknown): object {
  const { url, host = null, user, session = null, tls = null, proxy = null } = given;
  return {
    url,
    ...(host !== null && { host }),
    ...(proxy !== null && { proxy }),
    auth: { user, password, ...(session !== null && { session }) },
    ...(tls !== null && { tls: plainOf(tls) }),
  };
}

/** What a manager is called where nothing says so: the host name of its URL. */
export function managerName({ name, url }: Given): string {
  if (typeof name === "string") return name;
  const host = typeof url === "string" && URL.canParse(url) ? new URL(url).hostname : "";
  return host.replace(/[^A-Za-z0-9._-]+/g, "-").replace(/^[^A-Za-z0-9]+/, "") || "manager";
}
