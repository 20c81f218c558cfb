/** The resources and data sources of the Terraform provider as constructs, and the provider itself. */
export * from "./constructs.generated";
