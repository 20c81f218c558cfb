import type { DesiredClient } from "../model/desired-state";
import { child, textOf, type YamlNode } from "../yaml/yaml-node";

/** The rotation settings of clients and initial secrets. */
export function decodeRotation(node: YamlNode): Pick<DesiredClient, "generation" | "rotateAfterMs"> {
  const generation = child(node, "generation")?.data;
  const rotateAfter = child(node, "rotateAfter");
  return {
    generation: typeof generation === "number" ? generation : 1,
    rotateAfterMs: rotateAfter && decodeDuration(rotateAfter),
  };
}

const HOUR_MS = 3_600_000;
const unitMs: Readonly<Record<string, number>> = { h: HOUR_MS, d: 24 * HOUR_MS, w: 7 * 24 * HOUR_MS };

/** Milliseconds; the schema has checked the form. */
export function decodeDuration(node: YamlNode): number {
  const text = textOf(node);
  return Number(text.slice(0, -1)) * (unitMs[text.slice(-1)] ?? 0);
}
