/** Changes its looks under URL-, JSON-, HTML- and base64-encoding alike. */
export const ODD = 'c&nary"<\\ %/+1';

/** Each is told from the others by a word of its own, and found by that word even in a form nobody thought of. */
export const GIVEN = {
  TOKYO_PASSWORD: `${ODD}-pwTokyoQ`,
  OSAKA_PASSWORD: `${ODD}-pwOsakaQ`,
  OSAKA_INITIAL: `${ODD}-initialOsakaQ`,
  ENV_SECRET: `${ODD}-envQ`,
  FILE_SECRET: `${ODD}-fileQ`,
  EXEC_SECRET: `${ODD}-execQ`,
  SOPS_SECRET: `${ODD}-sopsQ`,
  AGE_SECRET: `${ODD}-ageQ`,
  VAULT_SECRET: `${ODD}-vaultQ`,
  LITERAL_SECRET: `${ODD}-literalQ`,
  CHANGED_SECRET: `${ODD}-changedQ`,
  ISSUED_CLIENT: `${ODD}-issuedQ`,
  ISSUED_INITIAL: `${ODD}-issuedInitialQ`,
} as const;

export const STATE_KEY = Buffer.from("a state key of thirty-two bytes!");

export const WORLD = `
apiVersion: jp1im-simulator/v1
seed: 5
managers:
  tokyo:
    host: immhost01
    users: { jp1admin: { password: ${JSON.stringify(GIVEN.TOKYO_PASSWORD)} } }
    subordinates: [immhost-osaka]
    agents: [{ host: "web{1..3}", secrets: { by.hand: set-by-hand } }]
  osaka:
    host: immhost-osaka
    perRequestLogin: true
    initialSecret: ${JSON.stringify(GIVEN.OSAKA_INITIAL)}
    users: { jp1admin: { password: ${JSON.stringify(GIVEN.OSAKA_PASSWORD)} } }
    agents: [{ host: db1 }]
`;

const HEAD = `
apiVersion: jp1im/v1
audit: { file: audit.jsonl }
managers:
  tokyo:
    url: TOKYO_URL
    host: immhost01
    auth: { user: jp1admin, password: { env: TOKYO_PASSWORD } }
    policy: { allowLiteralSecrets: true }
    initialSecret: { generation: 1, deliverTo: { file: out/tokyo.initial } }
    lowerManagers:
      - { host: immhost-osaka, initialSecret: { env: OSAKA_INITIAL } }
`;

const TAIL = `
  osaka:
    url: OSAKA_URL
    host: immhost-osaka
    auth: { user: jp1admin, password: { file: sources/password }, session: false }
    agents: [{ host: db1, secrets: { from.env: { env: ENV_SECRET } } }]
`;

/** The main job. */
export const DESIRED = `${HEAD}
    clients:
      - { id: app, generation: 1, deliverTo: { file: out/app.secret } }
      - { id: second, generation: 1, deliverTo: { file: out/second.secret } }
    agents:
      - { match: "web*", secrets: { from.env: { env: ENV_SECRET } } }
      - host: web1
        secrets: { from.file: { file: sources/secret }, from.text: ${JSON.stringify(GIVEN.LITERAL_SECRET)} }
${TAIL}`;

/** Every kind of source and of sink; `ageText` and `ageRecipient` are of an age key. */
export function everySourceAndSink(ageText: string, ageRecipient: string): string {
  return `${HEAD}
    clients:
      - id: app
        generation: 1
        deliverTo:
          - file: { path: out/app.secret, format: dotenv }
          - age: { recipients: [${ageRecipient}], file: delivered/app.age }
          - exec: [/bin/sh, sources/take.sh, app]
          - vault: { path: secret/app, field: token }
      - { id: second, generation: 1, deliverTo: { exec: [/bin/sh, sources/take.sh, second] } }
    agents:
      - { match: "web*", secrets: { from.env: { env: ENV_SECRET } } }
      - host: web1
        secrets:
          from.file: { file: sources/secret }
          from.text: ${JSON.stringify(GIVEN.LITERAL_SECRET)}
          from.exec: { exec: [/bin/sh, sources/give.sh, sources/exec-secret] }
          from.sops: { sops: { file: sources/secrets.enc.json, path: canary } }
          from.age: { age: ${JSON.stringify(ageText)} }
          from.vault: { vault: { path: secret/web, field: password } }
${TAIL}`;
}
