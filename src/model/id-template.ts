const PLACE = "{generation}";

/** The ID that a template gives to one generation: `fluentd-{generation}` makes `fluentd-2`. */
export function idOfGeneration(template: string, generation: number): string {
  return template.replaceAll(PLACE, String(generation));
}

/** Whether an ID is what the template gives to some generation. */
export function isOfTemplate(template: string, id: string): boolean {
  const [start = "", ...rest] = template.split(PLACE);
  const generation = /^\d+/.exec(id.slice(start.length))?.[0];
  return rest.length > 0 && generation !== undefined && idOfGeneration(template, Number(generation)) === id;
}
