/** A text without the credentials of its URLs. The user of an SSH URL is not a credential. */
export function withoutCredentials(text: string): string {
  return (
    text
      // Either the `?` is in a password, or the `@` is in a query: no part of it is safe to show.
      .replace(/(https?:\/\/)\S*\?\S*@[^\s'"]*/gi, "$1…")
      .replace(/(https?:\/\/)\S*@/gi, "$1")
      .replace(/(https?:\/\/[^\s?]*)\?[^\s#]*/gi, "$1")
      .replace(/([a-z][a-z0-9+.-]*:\/\/[^/\s@:]+):\S*@/gi, "$1@")
      .replace(/(^|[\s'"])([^\s:@/'"]+):[^\s@/]+@/g, "$1$2@")
  );
}
