/** The one place that knows the prebuilt null provider; the flavour for the fork has `null-provider.ts` instead. */
export { NullProvider } from "@cdktf/provider-null/lib/provider";
export { Resource as NullResource } from "@cdktf/provider-null/lib/resource";
