import { UsageError } from "../usage-error.ts";

/**
 * A command as the API runs it, which knows neither variables nor directories: a shell in the
 * container then sees to them. Words are handed on as they are, so that nothing needs quoting.
 */
export function commandInContainer(
  words: readonly string[],
  { env, workdir }: { readonly env: readonly string[]; readonly workdir: string | undefined },
): readonly string[] {
  for (const pair of env) {
    if (!/^[A-Za-z_][A-Za-z0-9_]*=/.test(pair)) {
      throw new UsageError(`--env must be NAME=VALUE, not "${pair}"`);
    }
  }
  if (env.length === 0 && workdir === undefined) return words;
  const enter = workdir === undefined ? "" : 'cd "$1" && shift && ';
  const exports = env.map(() => 'export "$1" && shift && ').join("");
  const script = `${enter}${exports}exec "$@"`;
  return ["sh", "-c", script, "sh", ...(workdir === undefined ? [] : [workdir]), ...env, ...words];
}
