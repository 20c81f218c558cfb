/** What the addresses of an agent's secrets begin with. */
export function secretsPlace(agentAddress: string): string {
  return `${agentAddress}/secret/`;
}

/** A name as one segment of an address. */
export function escapeSegment(segment: string): string {
  return segment.includes("/") || segment.includes("%")
    ? segment.replaceAll("%", "%25").replaceAll("/", "%2F")
    : segment;
}
