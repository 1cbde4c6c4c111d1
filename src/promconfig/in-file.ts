import { ConfigError } from "./config-error.ts";

/** Adds to an error of parsing which file it is in, and what upstream puts before it. */
export function inFile<T>(file: string, prefix: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const { message, position } = error;
    throw new ConfigError(prefix + message, { file, position, cause: error.cause });
  }
}
