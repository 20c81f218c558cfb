const PLACE = "{generation}";

/** The ID that a template gives to one generation: `fluentd-{generation}` makes `fluentd-2`. */
export function idOfGeneration(template: string, generation: number): string {
  return template.replaceAll(PLACE, String(generation));
}
