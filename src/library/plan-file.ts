import { createHash } from "node:crypto";
import { type DiagnosticError, failure } from "../model/diagnostic";
import { PLAN_FORMAT_VERSION, type Plan } from "../model/plan";

/**
 * A plan as saved: JSON on many lines, with a checksum over everything else. It has no secret values.
 *
 * @example
 * await writeFile("tokyo.plan", serialisePlan(await plan({ files: ["tokyo.yaml"], save: true }, createPlatform())));
 */
export function serialisePlan(plan: Plan): string {
  // The changes are written twice, and a plan makes each whenever it is read.
  const whole = { ...plan, changes: [...plan.changes] };
  return `${JSON.stringify({ ...whole, checksum: checksumOf(whole) }, undefined, 1)}\n`;
}

/**
 * Reads a saved plan. Throws a `DiagnosticError` (`plan-unreadable`) for one that was damaged or edited, or that
 * another version's format.
 *
 * @example
 * const saved = await parsePlan(await readFile("tokyo.plan", "utf8"), "tokyo.plan");
 */
export async function parsePlan(text: string, file: string): Promise<Plan> {
  const document = readJson(text, file);
  const { checksum, ...plan } = document;
  if (plan.format_version !== PLAN_FORMAT_VERSION) {
    const format =
      typeof plan.format_version === "string" ? `format ${JSON.stringify(plan.format_version)}` : "no format";
    throw unreadable(
      file,
      `it has ${format}, this version reads ${PLAN_FORMAT_VERSION}`,
      "make the plan with this version",
    );
  }
  const isPlan = await planShape();
  const unchecked: unknown = plan;
  if (!isPlan(unchecked) || checksum !== checksumOf(plan)) {
    throw unreadable(
      file,
      "it was edited or damaged after it was made",
      "make a new plan; a plan is not to be edited",
    );
  }
  return unchecked;
}

/**
 * The same for a text that only we have handled: its checksum is sufficient, and the schema need not be loaded.
 * Throws a `DiagnosticError` (`plan-unreadable`), which calls the text `name`.
 *
 * @example
 * const saved = parseOwnPlan(serialisePlan(planned), "the plan");
 */
export function parseOwnPlan(text: string, name: string): Plan {
  const { checksum, ...plan } = readJson(text, name);
  if (plan.format_version === PLAN_FORMAT_VERSION && checksum === checksumOf(plan))
    return plan as unknown as Plan;
  throw unreadable(name, "it was made by another version, or damaged", "make a new plan");
}

type PlanShape = (document: unknown) => document is Plan;

let shape: Promise<PlanShape> | undefined;

/** Compiling the schema takes longer than reading a plan. */
function planShape(): Promise<PlanShape> {
  shape ??= import("./plan-validator.js").then(({ createAjv }) => createAjv().getSchema("plan") as PlanShape);
  return shape;
}

function readJson(text: string, file: string): Record<string, unknown> {
  try {
    const document: unknown = JSON.parse(text);
    if (typeof document === "object" && document !== null && !Array.isArray(document)) return { ...document };
  } catch {
    // Falls through: JSON's own message would show a part of the file.
  }
  throw unreadable(file, "it is not a whole JSON document", "name a file written by `jp1im plan --out FILE`");
}

/**
 * Identifies a plan: the `checksum` of its file, under which the state records it.
 *
 * @example
 * planDigest(await plan({ files: ["tokyo.yaml"], save: true }, createPlatform())); // "sha256:9f86d0…"
 */
export function planDigest(plan: Plan): string {
  return checksumOf({ ...plan, changes: [...plan.changes] });
}

/** The checksum over everything else in a saved document. */
export function checksumOf(plan: unknown): string {
  return `sha256:${createHash("sha256").update(JSON.stringify(plan)).digest("hex")}`;
}

function unreadable(file: string, why: string, remedy: string): DiagnosticError {
  return failure({ code: "plan-unreadable", summary: `${file} cannot be used as a plan: ${why}`, remedy });
}
