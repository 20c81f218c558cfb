/** What the generated pages of docs/terraform describe. */
export { dataSources } from "./data/data-sources";
export { ephemeralTypes } from "./ephemeral/ephemeral-types";
export { functions } from "./functions/functions";
export { providerAttributes } from "./provider/provider-schema";
export { resourceTypes } from "./resources/resource-types";
