/** What binds the fingerprint of a key's value in Terraform: one value has one fingerprint on all agents of a manager. */
export function fingerprintPlace(manager: string, key: string): string {
  return `${manager}/terraform/${key}`;
}
