import { readdirSync } from "node:fs";
import { diagnosticsOf, expectedOf, fixtures } from "./load-fixture";

const names = readdirSync(fixtures)
  .filter((file) => file.endsWith(".yaml.txt"))
  .map((file) => file.slice(0, -".yaml.txt".length));

describe("a misconfigured desired state", () => {
  it.each(names)("is told with place, remedy and no secret: %s", async (name) => {
    const diagnostics = await diagnosticsOf(name);
    expect(diagnostics).toBe(expectedOf(name));
    // Every clear-text secret of the fixtures spells it, or its base64 form.
    expect(diagnostics).not.toMatch(/hunter2|aHVudGVyMg/);
    expect(diagnostics).toMatch(/: error /);
  });
});
