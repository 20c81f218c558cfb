import { checkSettings, type SettingFault } from "../library/inputs/declare";
import type { Platform } from "../library/platform";
import { type AttributePath, type Fault, formatPath, toFault } from "./fault";
import { elementFaults } from "./schema/null-faults";
import { attributesOf, Dynamic, isKnown, plainOf, type Value } from "./values/type";

type Machine = Pick<Platform, "cwd" | "fileSystem">;

/** A valid manager, which holds the sink or source to check. */
const VALID_MANAGER = { url: "https://manager.invalid", auth: { user: "user", password: { env: "UNUSED" } } };

/** Checks the sinks of a secret and returns each fault at its place. Other checks report unknown and null values. */
export async function sinkFaults(value: Value | undefined, platform: Machine): Promise<readonly Fault[]> {
  if (isPlainFile(value)) return [];
  const within = (deliverTo: unknown) => ({ ...VALID_MANAGER, clients: [{ id: "id", deliverTo }] });
  return faultsOf(value, { path: ["deliver_to"], setting: "clients[0].deliverTo", within }, platform);
}

/** A plain file needs no check. Most of a thousand resources have one, and then cost nothing. */
function isPlainFile(value: Value | undefined): boolean {
  const { file, ...others } = attributesOf(value instanceof Dynamic ? value.value : value);
  return Object.keys(others).length === 0 && typeof file === "string" && /^[\w./-]+$/.test(file);
}

/** Checks the source of a password. */
export function sourceFaults(
  value: Value | undefined,
  path: AttributePath,
  platform: Machine,
): Promise<readonly Fault[]> {
  const within = (password: unknown) => ({ ...VALID_MANAGER, auth: { ...VALID_MANAGER.auth, password } });
  return faultsOf(value, { path, setting: "auth.password", within }, platform);
}

interface Place {
  readonly path: AttributePath;
  /** The same place in a desired state, such as `clients[0].deliverTo`. */
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
  const faults = await checkSettings(
    within(plainOf(value)),
    { [setting]: `\`${formatPath(path)}\`` },
    platform,
  );
  return faults
    .filter(({ diagnostic }) => diagnostic.severity === "error")
    .map((each) => toFault(each.diagnostic, () => pathOf(each, place)));
}

/** `clients[0].deliverTo[1].file.path` becomes `[1].file.path` of the attribute. */
function pathOf({ setting = "", unknownKey }: SettingFault, place: Place): AttributePath {
  const below = setting.startsWith(place.setting) ? setting.slice(place.setting.length) : "";
  const steps = [...below.matchAll(/\[(\d+)\]|([^.[\]]+)/g)].map(([, index, name = ""]) =>
    index === undefined ? name : Number(index),
  );
  return [...place.path, ...steps, ...(unknownKey === undefined ? [] : [unknownKey])];
}
