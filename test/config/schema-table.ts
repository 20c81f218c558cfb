/** The parts of a JSON schema that the tests look at. */
export interface Schema {
  readonly description?: string;
  readonly type?: unknown;
  readonly examples?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly propertyNames?: Schema;
  readonly items?: Schema;
  readonly allOf?: readonly Schema[];
  readonly then?: Schema;
  readonly else?: Schema;
  readonly $ref?: string;
  readonly definitions?: Readonly<Record<string, Schema>>;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly maxProperties?: number;
}

export interface Property {
  readonly path: string;
  readonly required: boolean;
  readonly description?: string;
  readonly type?: unknown;
  readonly examples?: readonly unknown[];
}

/** Every key of the format, in the order of the schema; each source and sink is listed once. */
export function properties(schema: Schema): Property[] {
  const found: Property[] = [];
  const seen = new Set<Schema>();
  const visit = (part: Schema | undefined, path: string): void => {
    if (part === undefined || seen.has(part)) return;
    seen.add(part);
    if (part.$ref) visit(schema.definitions?.[part.$ref.replace("#/definitions/", "")], path);
    for (const [name, property] of Object.entries(part.properties ?? {})) {
      const own = path === "" ? name : `${path}.${name}`;
      const { description, examples } = property;
      found.push({
        path: own,
        required: part.required?.includes(name) ?? false,
        ...(description !== undefined && { description }),
        ...(examples && { examples }),
      });
      visit(property, own);
    }
    if (typeof part.additionalProperties === "object") visit(part.additionalProperties, `${path}.NAME`);
    visit(part.items, `${path}[]`);
    for (const each of [...(part.allOf ?? []), part.then, part.else]) visit(each, path);
  };
  visit(schema, "");
  return found;
}

/** The list of keys in `docs/desired-state.md`. */
export function keyList(schema: Schema): string {
  return properties(schema)
    .map(
      ({ path, required, description }) => `- \`${path}\`${required ? " (required)" : ""}: ${description}\n`,
    )
    .join("");
}
