export interface ForeignFile {
  /** The end of a sentence that begins with the file: `is locked by git-crypt`. */
  readonly why: string;
  readonly remedy: string;
}

/** What the first bytes of a file say where it is not the text that was expected; `undefined` where they say nothing. */
export function foreignFile(bytes: Uint8Array): ForeignFile | undefined {
  const head = Buffer.from(bytes.subarray(0, 200)).toString("latin1");
  const found = heads.find(([start]) => start.test(head));
  return found && { why: found[1], remedy: found[2] };
}

const heads: readonly (readonly [start: RegExp, why: string, remedy: string])[] = [
  [/^(\xff\xfe|\xfe\xff)/, "is UTF-16 text", "save it as UTF-8, without a byte-order mark"],
  [/^.GITCRYPT./s, "is locked by git-crypt", "unlock the repository: git-crypt unlock"],
  [
    /^version https:\/\/git-lfs\.github\.com\//,
    "is a pointer of Git LFS, not the file itself",
    "fetch the file: git lfs pull",
  ],
  [/^\$ANSIBLE_VAULT;/, "is encrypted by Ansible Vault", "decrypt it: ansible-vault decrypt FILE"],
  [
    /^-----BEGIN PGP MESSAGE-----/,
    "is encrypted by PGP",
    "decrypt it, or read it with: exec: [gpg, -dq, FILE]",
  ],
  [
    /^(age-encryption\.org\/|-----BEGIN AGE ENCRYPTED FILE-----)/,
    "is encrypted by age",
    "give its text as the source `age`, or decrypt it",
  ],
];
