import { composeError } from "../compose-error.ts";
import { nameOf } from "../path.ts";
import { substitute } from "../template.ts";
import { type ComposeNode, findValue, textOf } from "../tree/node.ts";

export interface NameSources {
  /** Given by the user, who must give a valid one. */
  readonly given: string | undefined;
  readonly documents: readonly ComposeNode[];
  readonly directory: string;
  readonly environment: ReadonlyMap<string, string>;
}

/** What the application is called: as the user says, as its environment or file says, or as its directory. */
export function projectName({ given, documents, directory, environment }: NameSources): string {
  if (given !== undefined) return checked(given);
  const exported = environment.get("COMPOSE_PROJECT_NAME") ?? "";
  if (exported !== "") return checked(exported);
  const written = documents.map((document) => textOf(findValue(document, "name")) ?? "");
  const last = written.filter((name) => name !== "").at(-1);
  const result = substitute(last ?? "", (name) => environment.get(name));
  const name = normalName("problem" in result ? "" : result.text) || normalName(nameOf(directory));
  if (name === "") throw composeError("project name must not be empty");
  return name;
}

function checked(name: string): string {
  if (name !== "" && name === normalName(name)) return name;
  throw composeError(
    `invalid project name ${JSON.stringify(name)}: must consist only of lowercase alphanumeric ` +
      "characters, hyphens, and underscores as well as start with a letter or number",
  );
}

function normalName(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9_-]/g, "")
    .replace(/^[_-]+/, "");
}
