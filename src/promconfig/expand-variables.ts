/**
 * Replaces `$NAME` and `${NAME}` by variables, as Go's `os.Expand` does: a variable that is not set
 * is empty, `$$` is a dollar sign, and a dollar sign before anything else stays.
 */
export function expandVariables(
  text: string,
  variable: (name: string) => string | undefined,
): string {
  const reference = /\$(?:\{([^}]*)\}|\{|([*#$@!?\-0-9]|\w+))/g;
  return text.replace(reference, (_found, braced?: string, bare?: string) => {
    const name = braced ?? bare ?? "";
    if (name === "") return "";
    return name === "$" ? "$" : (variable(name) ?? "");
  });
}
