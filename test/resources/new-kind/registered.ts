/** Imported before anything else, it adds the kind of the folder `note`: each of these is what a new kind touches. */
import type { Ajv, Options } from "ajv";

jest.mock("../../../src/model/kind-names", () => {
  const actual = jest.requireActual("../../../src/model/kind-names");
  const kinds = { ...actual.kinds, note: jest.requireActual("./note/names").noteNames };
  return withNames({ ...actual, kinds });
});

jest.mock("../../../src/resources/kinds", () => {
  const { resourceKinds } = jest.requireActual("../../../src/resources/kinds");
  const { kindTable } = jest.requireActual("../../../src/resources/kind-table");
  return kindTable([...resourceKinds, jest.requireActual("./note/kind").noteKind]);
});

jest.mock("../../../src/config/published-schema", () => {
  const actual = jest.requireActual("../../../src/config/published-schema");
  const { withNotes } = jest.requireActual("./note/schema");
  return { ...actual, publishedSchema: () => withNotes(actual.publishedSchema()) };
});

// Under jest, the schema's validators are compiled before a test begins.
jest.mock("../../../src/config/desired-state-check", () => ({ createAjv }));
jest.mock("../../../src/config/desired-state-validator", () => ({ createAjv }));

jest.mock("../../../src/api/manager-client", () => {
  const actual = jest.requireActual("../../../src/api/manager-client");
  return { ...actual, ManagerClient: jest.requireActual("./note/requests").withNoteCalls(actual) };
});

function withNames(table: { readonly kinds: object }) {
  return { ...table, kindNames: Object.keys(table.kinds), allKinds: Object.values(table.kinds) };
}

function createAjv(): Ajv {
  const { ANNOTATIONS, publishedSchema } = require("../../../src/config/published-schema");
  const options: Options = { allErrors: true, verbose: true, messages: false, strictTypes: false };
  const { Ajv: Validators } = require("ajv");
  return new Validators(options)
    .addVocabulary([...ANNOTATIONS])
    .addSchema(publishedSchema(), "desired-state");
}
