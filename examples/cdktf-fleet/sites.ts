/** The table that the fleet is made of: a row for each site. */
export interface Site {
  readonly name: string;
  readonly host: string;
  readonly url: string;
  /** Programs of the site that log in as IM clients. */
  readonly clients: readonly string[];
}

export const sites: readonly Site[] = [
  {
    name: "osaka",
    host: "immhost-osaka",
    url: "http://127.0.0.1:20704",
    clients: ["fluentd", "trend-writer"],
  },
  { name: "nagoya", host: "immhost-nagoya", url: "http://127.0.0.1:20705", clients: ["fluentd"] },
  { name: "sapporo", host: "immhost-sapporo", url: "http://127.0.0.1:20706", clients: [] },
];
