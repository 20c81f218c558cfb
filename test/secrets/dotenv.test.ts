import { readDotenv } from "../../src/secrets/sops/dotenv";

test("metadata that nest deeper than any of SOPS are no dotenv file, and no overflow of the stack", () => {
  const line = (depth: number) => `sops_${Array.from({ length: depth }, () => "a").join("__map_")}=x`;
  expect(readDotenv(line(5))).toMatchObject({ kind: "map" });
  expect(readDotenv(line(100_000))).toBeUndefined();
});
