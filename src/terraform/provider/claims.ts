/** Which resource has planned which address, in one walk of Terraform's. */
export class Claims {
  readonly #holders = new Map<string, string>();

  /** False where another resource was first. */
  claim(address: string, token: string): boolean {
    const holder = this.#holders.get(address) ?? token;
    this.#holders.set(address, holder);
    return holder === token;
  }
}
