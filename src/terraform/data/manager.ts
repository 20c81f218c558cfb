import type { DataSource } from "./data-source";

export const manager: DataSource = {
  name: "jp1im_manager",
  description: "The manager's product and the versions of its API. Asking for them needs no login.",
  attributes: {
    name: { type: "string", given: "computed", description: "The manager's name in the provider." },
    product: { type: "string", given: "computed", description: "Product name." },
    version: { type: "string", given: "computed", description: "Product version: `13-10`." },
    api_versions: { type: ["list", "string"], given: "computed", description: "Versions of the API." },
  },
  async read(_config, { run }) {
    const { productName, productVersion, apiVersion } = await run.observe().version();
    return {
      state: { name: run.name, product: productName, version: productVersion, api_versions: apiVersion },
    };
  },
};
