import type { Disk } from "#base";
import type { Secret } from "#promconfig";

export type FileReader = Pick<Disk, "readFile">;

/** A secret that is written in the configuration or in a file, which is read each time it is used. */
export interface SecretSource {
  readonly text: Secret | string;
  readonly file: string;
}

/** The secret as it is now, empty when there is none. Says in upstream's words what could not be read. */
export async function readSecret(disk: FileReader, source: SecretSource): Promise<string> {
  const text = typeof source.text === "string" ? source.text : source.text.reveal();
  if (text !== "" || source.file === "") return text;
  return (await readTextFile(disk, source.file)).trim();
}

export async function readTextFile(disk: FileReader, path: string): Promise<string> {
  try {
    return new TextDecoder().decode(await disk.readFile(path));
  } catch (error) {
    throw new Error(`unable to read file ${path}`, { cause: error });
  }
}
