/**
 * How each type of source and sink is written: in the YAML, on the command line and in the cdktf constructs. The code
 * of a type is in its file in `src/secrets/sources` or `src/secrets/sinks`.
 */
import type { ExternalReference } from "./desired-state";
import { fieldsOf, pathOption, textOption } from "./options";

/** The key of `{ env: NAME }`, which may also replace a setting. */
export const variableKey = "env";

/** The options of each source, by its key in the YAML; docs/sources.md says what each of them means. */
export interface SourceOptions {
  readonly env: string;
  readonly file: string | { readonly path: string };
  readonly exec: readonly string[] | ExecOptions;
  readonly sops: { readonly file: string; readonly path: string };
  /** An armored age text. */
  readonly age: string;
  readonly vault: VaultOptions & { readonly field: string; readonly version?: number };
}

/** The same of each sink; docs/sinks.md. */
export interface SinkOptions {
  readonly file: string | ({ readonly path: string; readonly overwrite?: boolean } & Formatted);
  readonly age: {
    readonly recipients: readonly string[];
    readonly file: string;
    readonly overwrite?: boolean;
  } & Formatted;
  readonly exec: readonly string[] | (ExecOptions & Formatted);
  readonly vault: VaultOptions & { readonly field?: string } & Formatted;
}

export interface Formatted {
  readonly format?: "secret" | "id:secret" | "json" | "dotenv";
}

export interface ExecOptions {
  readonly command: readonly string[];
  readonly shell?: boolean;
  /** In seconds. */
  readonly timeout?: number;
}

export interface VaultOptions {
  readonly path: string | { readonly mount: string; readonly path: string };
  readonly address?: string;
  readonly namespace?: string;
  readonly ca?: string;
  readonly auth?:
    | { readonly token: SecretSource }
    | {
        readonly appRole: {
          readonly roleId: SecretSource;
          readonly secretId: SecretSource;
          readonly mount?: string;
        };
      };
}

/** Where a secret value comes from: a mapping of one key, the type, over its options. */
export type SecretSource = OneOf<SourceOptions>;

/** Where an issued secret is delivered. */
export type SecretSink = OneOf<SinkOptions>;

type OneOf<Options> = {
  [Type in keyof Options]: { readonly [Key in Type]: Options[Key] };
}[keyof Options];

export interface ReferenceType {
  /** The options for a bare text after `TYPE:` on the command line; absent if the options must be JSON. */
  readonly shorthand?: (text: string) => unknown;
  /** What the texts of the options name; it decides which characters a name in them may have. */
  readonly names: "variables" | "keys" | "paths";
  /** Keys in the YAML below which somebody may have written a secret in clear text. */
  readonly secretKeys?: readonly string[];
  /** Sources inside of the options. */
  readonly nested?: NestedSources;
  /** Finds options that are valid and most likely a mistake. */
  readonly mistakeIn?: (options: unknown) => LikelyMistake | undefined;
}

export interface SourceType extends ReferenceType {
  /** Keys in the YAML whose texts are paths, which start from the folder of their file. */
  readonly pathKeys?: readonly string[];
  /** A file that holds the value encrypted, and so shows a change without a key. */
  readonly encrypted?: {
    readonly file: (options: unknown) => string | undefined;
    /** Each piece of ciphertext in the file's text. */
    readonly ciphertext: RegExp;
  };
}

export interface SinkType extends ReferenceType {
  /** Names of parts of its place, if the part's own name does not explain it. */
  readonly parts?: Readonly<Record<string, string>>;
  /** The file that will hold only the secret, in clear text; `undefined` if the options name none. */
  readonly plainFile?: (options: unknown) => string | undefined;
}

export interface NestedSources {
  /** The keys that lead to each, with dots between them. */
  readonly paths: readonly string[];
  /** What to write instead of a reference that only Terraform knows. */
  readonly remedyAtSynth: string;
}

export interface LikelyMistake {
  /** The key of the option. */
  readonly option: string;
  readonly summary: string;
  readonly remedy: string;
}

const exec = {
  shorthand: (program: string) => [program],
  names: "paths",
  // Somebody may have written a secret among the arguments.
  secretKeys: ["exec"],
  pathKeys: ["exec"],
} as const satisfies SourceType;

const vault = {
  shorthand: (path: string) => ({ path }),
  names: "paths",
  pathKeys: ["ca"],
  nested: {
    paths: ["auth.token", "auth.appRole.roleId", "auth.appRole.secretId"],
    remedyAtSynth:
      "hand the reference over in `environment: { VAULT_LOGIN: … }`, and write `{ env: 'VAULT_LOGIN' }` here; without `auth` the token is that of VAULT_TOKEN",
  },
  mistakeIn: (options: unknown) => apiPath(options),
} as const satisfies SourceType;

/** Every source, by its key in the YAML. */
export const sourceTypes = tableOf<keyof SourceOptions, SourceType>({
  env: { shorthand: (name) => name, names: "variables" },
  file: { shorthand: (path) => path, names: "paths", pathKeys: ["file", "path"] },
  exec,
  sops: {
    names: "keys",
    pathKeys: ["file"],
    encrypted: { file: (options) => textOption(options, "file"), ciphertext: /ENC\[[^\]]*\]/g },
  },
  age: { names: "paths" },
  vault,
});

/** Every sink, by its key in the YAML. */
export const sinkTypes = tableOf<keyof SinkOptions, SinkType>({
  file: {
    shorthand: (path) => path,
    names: "paths",
    plainFile: (options) =>
      (textOption(options, "format") ?? "secret") === "secret" ? pathOption(options) : undefined,
  },
  // Somebody may have written a private key in place of a public one.
  age: { names: "paths", secretKeys: ["recipients"], parts: { recipients: "set of recipients" } },
  exec: {
    ...exec,
    parts: { arguments: "set of arguments", folder: "working folder", startedBy: "way to start it" },
  },
  vault,
});

/** The table for each kind of reference. */
export const referenceTypes: Readonly<Record<ReferenceKind, ReadonlyMap<string, ReferenceType>>> = {
  source: sourceTypes,
  sink: sinkTypes,
};

export type ReferenceKind = "source" | "sink";

const allTypes: readonly (readonly [name: string, type: ReferenceType])[] = [...sourceTypes, ...sinkTypes];

/** For all types: keys in the YAML below which somebody may have written a secret in clear text. */
export const referenceSecretKeys: readonly string[] = allTypes.flatMap(([, type]) => type.secretKeys ?? []);

/** For all types: keys in the YAML that take a source of their own. */
export const nestedSourceKeys: readonly string[] = allTypes.flatMap(([, { nested }]) =>
  (nested?.paths ?? []).flatMap((path) => path.split(".").slice(-1)),
);

/** Keys in the YAML of a source whose texts are paths. */
export const sourcePathKeys: readonly string[] = [...sourceTypes.values()].flatMap(
  ({ pathKeys = [] }) => pathKeys,
);

/** The sources inside of a reference's options. */
export function nestedSources(
  kind: ReferenceKind,
  { type, options, folder }: ExternalReference,
): readonly ExternalReference[] {
  const { paths = [] } = referenceTypes[kind].get(type)?.nested ?? {};
  return paths.flatMap((path) => {
    const spelled = path.split(".").reduce<unknown>((value, key) => fieldsOf(value)[key], options);
    return nestedSource(spelled, folder) ?? [];
  });
}

/** A source inside of the options of another: its paths start from the same folder. */
export function nestedSource(spelled: unknown, folder: string): ExternalReference | undefined {
  const [entry, ...others] = Object.entries(fieldsOf(spelled));
  return entry === undefined || others.length > 0 ? undefined : { type: entry[0], options: entry[1], folder };
}

/** The nested source at a path of keys with dots between them; `undefined` for anything else. */
export function nestedSourceAt(place: string): NestedSources | undefined {
  const row = allTypes.find(([name, { nested }]) =>
    nested?.paths.some((path) => place.endsWith(`.${name}.${path}`)),
  );
  return row?.[1].nested;
}

/** Recognises a path for the API, `MOUNT/data/PATH`: a delivery would silently write to `MOUNT/data/data/PATH`. */
function apiPath(options: unknown): LikelyMistake | undefined {
  if (!/^\/*[^/]+\/+data\/.+$/.test(textOption(options, "path") ?? "")) return undefined;
  return {
    option: "path",
    summary: "the vault's path has `data/` after its mount, which the API of KV version 2 adds by itself",
    remedy: "leave out `data/`; where the secret is below `data`, write `path: { mount: …, path: data/… }`",
  };
}

function tableOf<Name extends string, Type>(rows: Readonly<Record<Name, Type>>): ReadonlyMap<string, Type> {
  return new Map(Object.entries<Type>(rows));
}
