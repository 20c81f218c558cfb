import { readPackageFile } from "./platform/package-files";

/** This package's version, from its `package.json`. A bundle holds it as a constant. */
export const version: string = JSON.parse(readPackageFile("package.json").toString("utf8")).version;
