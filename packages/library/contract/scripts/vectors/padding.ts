/** Pads a member until a token has just the wanted length. */
export function padTo(make: (pad: string) => string, wanted: number): string {
  for (let length = 0; length < 16; length++) {
    const short = make('p'.repeat(length)).length;
    for (
      let more = Math.floor(((wanted - short) * 3) / 4) - 3;
      more <= ((wanted - short) * 3) / 4 + 3;
      more++
    ) {
      const token = make('p'.repeat(length + Math.max(0, more)));
      if (token.length === wanted) return token;
    }
  }
  throw new Error(`no token of ${wanted} characters`);
}
