import { checkSettings, type SettingFault } from "../library/inputs/declare";
import type { Platform } from "../library/platform";
import { type AttributePath, type Fault, spelled, toFault } from "./fault";
import { elementFaults } from "./schema/null-faults";
import { attributesOf, Dynamic, isKnown, plainOf, type Value } from "./values/type";

type Machine = Pick<Platform, "cwd" | "fileSystem">;

/** A manager that is as it should be. */
const SOUND = { url: "https://manager.invalid", auth: { user: "user", password: { env: "UNUSED" } } };

/** What is wrong with where a secret is delivered to, each at its own place. What is unknown, or null, is for others to say. */
export async function sinkFaults(value: Value | undefined, platform: Machine): Promise<readonly Fault[]> {
  if (isPlainFile(value)) return [];
  const within = (deliverTo: unknown) => ({ ...SOUND, clients: [{ id: "id", deliverTo }] });
  return faultsOf(value, { path: ["deliver_to"], setting: "clients[0].deliverTo", within }, platform);
}

/** As in most of a thousand resources, which then cost nothing. */
function isPlainFile(value: Value | undefined): boolean {
  const { file, ...others } = attributesOf(value instanceof Dynamic ? value.value : value);
  return Object.keys(others).length === 0 && typeof file === "string" && /^[\w./-]+$/.test(file);
}

/** The same of where a password is read from. */
export function sourceFaults(
  value: Value | undefined,
  path: AttributePath,
  platform: Machine,
): Promise<readonly Fault[]> {
  const within = (password: unknown) => ({ ...SOUND, auth: { ...SOUND.auth, password } });
  return faultsOf(value, { path, setting: "auth.password", within }, platform);
}

interface Place {
  readonly path: AttributePath;
  /** The same in a file. */
  readonly setting: string;
  readonly within: (value: unknown) => object;
}

async function faultsOf(
  value: Value | undefined,
  place: Place,
  platform: Machine,
): Promise<readonly Fault[]> {
  const { path, setting, within } = place;
  if (value === undefined || value === null || !isKnown(value)) return [];
  if (elementFaults(value, path).length > 0) return [];
  const found = await checkSettings(within(plainOf(value)), { [setting]: `\`${spelled(path)}\`` }, platform);
  return found
    .filter(({ diagnostic }) => diagnostic.severity === "error")
    .map((each) => toFault(each.diagnostic, () => pathOf(each, place)));
}

/** `clients[0].deliverTo[1].file.path` is `[1].file.path` of the attribute. */
function pathOf({ setting = "", unknownKey }: SettingFault, place: Place): AttributePath {
  const below = setting.startsWith(place.setting) ? setting.slice(place.setting.length) : "";
  const steps = [...below.matchAll(/\[(\d+)\]|([^.[\]]+)/g)].map(([, index, name = ""]) =>
    index === undefined ? name : Number(index),
  );
  return [...place.path, ...steps, ...(unknownKey === undefined ? [] : [unknownKey])];
}
