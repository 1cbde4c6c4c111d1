/** `path` taken from `directory`, unless it is empty or absolute; without `.`, `..` and `//`. */
export function joinPath(directory: string | undefined, path: string): string {
  if (directory === undefined || path === "" || path.startsWith("/")) return path;
  return cleanPath(`${directory}/${path}`);
}

/** The directory part of a path, `.` when it has none. */
export function directoryOf(path: string): string {
  const slash = path.lastIndexOf("/");
  return slash < 0 ? "." : cleanPath(path.slice(0, slash + 1));
}

function cleanPath(path: string): string {
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part === ".." && parts.length > 0 && parts.at(-1) !== "..") parts.pop();
    else if (part !== ".." || !path.startsWith("/")) parts.push(part);
  }
  const clean = parts.join("/");
  if (path.startsWith("/")) return `/${clean}`;
  return clean === "" ? "." : clean;
}
