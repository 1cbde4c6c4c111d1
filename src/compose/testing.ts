/** Loads applications from files that are in the test itself. */
import { ComposeError } from "./compose-error.ts";
import { plainOf } from "./decode.ts";
import { loadProject, type LoadRequest } from "./load-project.ts";
import type { ComposeProject } from "./project.ts";
import type { PlainValue } from "./schema/shape.ts";
import { nodeAt, type Path } from "./tree/node.ts";

/** Where the files of a test are. */
export const testDirectory = "/app";

/** Loads `compose.yaml` of `files`, whose paths are relative to the directory. */
export function loadFiles(
  files: Readonly<Record<string, string>>,
  request: Partial<LoadRequest> = {},
): Promise<ComposeProject> {
  const contents = new Map(
    Object.entries(files).map(([path, text]) => [
      path.startsWith("/") ? path : `${testDirectory}/${path}`,
      new TextEncoder().encode(text),
    ]),
  );
  const disk = { findFile: async (path: string) => contents.get(path) };
  return loadProject(disk, {
    workingDirectory: testDirectory,
    files: ["compose.yaml"],
    input: "",
    projectDirectory: undefined,
    name: undefined,
    environment: new Map(),
    envFiles: undefined,
    profiles: [],
    mode: "default",
    variables: "replaced",
    ...request,
  });
}

/** What is at `path` in canonical form, as JSON on one line with the keys sorted. */
export function showAt(project: ComposeProject, path: Path): string {
  const node = nodeAt(project.tree, path);
  return node === undefined ? "absent" : JSON.stringify(sorted(plainOf(node)));
}

/** The message that loading ends with, `ok` when it does not. */
export async function problemOf(loading: Promise<unknown>): Promise<string> {
  try {
    await loading;
    return "ok";
  } catch (error) {
    if (!(error instanceof ComposeError)) throw error;
    return error.message;
  }
}

function sorted(value: PlainValue): PlainValue {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(entries.map(([key, child]) => [key, sorted(child)]));
}
