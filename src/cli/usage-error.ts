/** The command line was wrong, not the world: rendered with a hint at `help`, exit status 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
