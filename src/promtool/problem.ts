/** What to tell of an error. Messages here quote their causes where these say more. */
export function problemOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
