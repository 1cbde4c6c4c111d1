/** A command line that says nothing; the message is that of upstream's parser. */
export class UsageError extends Error {
  constructor(message: string, options?: { readonly cause: unknown }) {
    super(message, options);
    this.name = "UsageError";
  }
}
