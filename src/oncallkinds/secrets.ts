/** Secrets that objects refer to, put in the place of the references. */
import { isJsonList, isJsonObject, type JsonObject, type JsonValue, textAt } from "#api";
import { InvalidObjectError } from "./invalid-object-error.ts";

/** The Secrets of one namespace. */
export interface Secrets {
  /** What a Secret says, by key; undefined when there is none of that name. */
  findSecret(name: string): Pick<ReadonlyMap<string, string>, "get"> | undefined;
}

/** A spec with the secrets in it, and where they are: what is wrong with those is not shown. */
export interface RevealedSpec {
  readonly spec: JsonObject;
  readonly secretPaths: ReadonlySet<string>;
}

/** Throws an `InvalidObjectError` when a secret is not there. */
export function reveal(spec: JsonObject, secrets: Secrets): RevealedSpec {
  const secretPaths = new Set<string>();
  const revealed = (value: JsonValue, path: string): JsonValue => {
    if (isJsonList(value)) return value.map((item, index) => revealed(item, `${path}[${index}]`));
    if (!isJsonObject(value)) return value;
    const reference = value["secretKeyRef"];
    if (reference === undefined) return membersOf(value, path);
    secretPaths.add(path);
    return secretText(reference, secrets, `${path}.secretKeyRef`);
  };
  const membersOf = (members: JsonObject, path: string): JsonObject =>
    Object.fromEntries(
      Object.entries(members).map(([name, value]) => [
        name,
        value === undefined ? undefined : revealed(value, `${path}.${name}`),
      ]),
    );
  return { spec: membersOf(spec, "spec"), secretPaths };
}

function secretText(reference: JsonValue, secrets: Secrets, path: string): string {
  const [name, key] = [textAt(reference, "name"), textAt(reference, "key")];
  const content = secrets.findSecret(name);
  if (content === undefined) {
    throw new InvalidObjectError(path, `secrets ${JSON.stringify(name)} not found`);
  }
  const text = content.get(key);
  if (text === undefined) {
    const [wanted, holder] = [JSON.stringify(key), JSON.stringify(name)];
    throw new InvalidObjectError(path, `key ${wanted} in secret ${holder} not found`);
  }
  // Editors end files with a line break, and so Secrets that were made of files do.
  return text.replace(/\r?\n$/, "");
}
