/** A text that is no matcher, or none that can be used. */
export class MatcherError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "MatcherError";
  }
}
