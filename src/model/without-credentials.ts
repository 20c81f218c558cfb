/** A text without the credentials of its URLs. The user of an SSH URL is none. */
export function withoutCredentials(text: string): string {
  return (
    text
      // Either the `?` is in a password, or the `@` is in a query: nothing of it is sure to be shown.
      .replace(/(https?:\/\/)\S*\?\S*@[^\s'"]*/gi, "$1…")
      .replace(/(https?:\/\/)\S*@/gi, "$1")
      .replace(/(https?:\/\/[^\s?]*)\?[^\s#]*/gi, "$1")
      .replace(/([a-z][a-z0-9+.-]*:\/\/[^/\s@:]+):\S*@/gi, "$1@")
      .replace(/(^|[\s'"])([^\s:@/'"]+):[^\s@/]+@/g, "$1$2@")
  );
}
