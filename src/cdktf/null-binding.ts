/** The only file that imports the prebuilt null provider; the flavour for the fork uses `null-provider.ts` instead. */
export { NullProvider } from "@cdktf/provider-null/lib/provider";
export { Resource as NullResource } from "@cdktf/provider-null/lib/resource";
