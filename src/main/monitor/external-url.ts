/** The URL under which others reach the program, without a slash at its end; alerts link to it. */
export function externalUrlOf(
  flag: string,
  own: { readonly hostname: string; readonly listenPort: number },
): string {
  if (flag === "") return `http://${own.hostname}:${own.listenPort}`;
  if (/^["']|["']$/.test(flag)) throw new Error("URL must not begin or end with quotes");
  return flag.replace(/\/+$/, "");
}
