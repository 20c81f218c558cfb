export interface ForeignFile {
  /** The end of a sentence that begins with the file: `is locked by git-crypt`. */
  readonly why: string;
  readonly remedy: string;
}

/** Recognises by its first bytes a file that is not the expected text; `undefined` if they show nothing. */
export function foreignFile(bytes: Uint8Array): ForeignFile | undefined {
  const head = Buffer.from(bytes.subarray(0, 200)).toString("latin1");
  const format = heads.find(([start]) => head.startsWith(start));
  return format && { why: format[1], remedy: format[2] };
}

/** Whether it begins with the byte-order mark of UTF-16. */
export function isUtf16(bytes: Uint8Array): boolean {
  return (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
}

const AGE = ["is encrypted by age", "give its text as the source `age`, or decrypt it"] as const;

const heads: readonly (readonly [start: string, why: string, remedy: string])[] = [
  ["\0GITCRYPT\0", "is locked by git-crypt", "unlock the repository: git-crypt unlock"],
  [
    "version https://git-lfs.github.com/",
    "is a pointer of Git LFS, not the file itself",
    "fetch the file: git lfs pull",
  ],
  ["$ANSIBLE_VAULT;", "is encrypted by Ansible Vault", "decrypt it: ansible-vault decrypt FILE"],
  [
    "-----BEGIN PGP MESSAGE-----",
    "is encrypted by PGP",
    "decrypt it, or read it with: exec: [gpg, -dq, FILE]",
  ],
  ["age-encryption.org/", ...AGE],
  ["-----BEGIN AGE ENCRYPTED FILE-----", ...AGE],
];
