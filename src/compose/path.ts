/** The path of the directory that holds `path`. */
export function directoryOf(path: string): string {
  const end = path.lastIndexOf("/");
  return end > 0 ? path.slice(0, end) : "/";
}

/** `path` as seen from `directory`, absolute and without detours. */
export function joinPath(directory: string, path: string): string {
  return cleanPath(path.startsWith("/") ? path : `${directory}/${path}`);
}

/** The shortest path that leads to the same place. */
export function cleanPath(path: string): string {
  const isAbsolute = path.startsWith("/");
  const kept: string[] = [];
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    const canGoUp = kept.length > 0 && kept.at(-1) !== "..";
    if (part !== "..") kept.push(part);
    else if (canGoUp) kept.pop();
    else if (!isAbsolute) kept.push(part);
  }
  const joined = kept.join("/");
  return isAbsolute ? `/${joined}` : joined || ".";
}

/** The last part of a path. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** How to show a path to somebody who works in `directory`. */
export function shownPath(path: string, directory: string): string {
  const prefix = directory === "/" ? "/" : `${directory}/`;
  return path.startsWith(prefix) ? path.slice(prefix.length) : path;
}
