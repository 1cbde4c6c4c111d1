/** The operating system's or Node's code of an error: `ENOENT`, `ERR_STREAM_PREMATURE_CLOSE`, … */
export function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}
