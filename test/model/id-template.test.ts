import { isOfTemplate } from "../../src/model/id-template";

test.each([
  ["app-{generation}", "app-12", true],
  ["app-{generation}", "app-", false],
  ["app-{generation}", "app-12x", false],
  ["app-{generation}", "app-012", false],
  ["{generation}-of-{generation}", "3-of-3", true],
  ["{generation}-of-{generation}", "3-of-4", false],
  ["app", "app", false],
])("the template %s gives %s to a generation: %s", (template, id, is) => {
  expect(isOfTemplate(template, id)).toBe(is);
});
