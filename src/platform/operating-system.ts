/** The same as `platform()` of `node:os`, which Node takes a while to load. */
export const operatingSystem: NodeJS.Platform = process.platform;
