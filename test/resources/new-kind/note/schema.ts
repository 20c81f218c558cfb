/** What `schemas/desired-state.schema.json` would hold of notes. */
export function withNotes(schema: {
  definitions: Record<string, object> & { manager: { properties: object } };
}) {
  const text = { type: "string", minLength: 1, maxLength: 255 };
  const properties = { name: text, text, override: { type: "boolean" } };
  const note = { type: "object", additionalProperties: false, required: ["name", "text"], properties };
  Object.assign(schema.definitions.manager.properties, {
    notes: { type: "array", items: { $ref: "#/definitions/note" } },
  });
  Object.assign(schema.definitions, { note });
  return schema;
}
