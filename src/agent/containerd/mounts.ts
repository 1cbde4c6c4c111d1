/**
 * The mount points at or below a directory, innermost first: the order in which to unmount.
 *
 * @param mountInfo the content of `/proc/self/mountinfo`
 */
export function mountsBelow(mountInfo: string, directory: string): readonly string[] {
  return mountInfo
    .split("\n")
    .map((line) => unescapePath(line.split(" ")[4] ?? ""))
    .filter((path) => path === directory || path.startsWith(`${directory}/`))
    .reverse();
}

/** The kernel writes spaces, tabs, line ends and backslashes of paths as three octal digits. */
function unescapePath(path: string): string {
  return path.replace(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
}
