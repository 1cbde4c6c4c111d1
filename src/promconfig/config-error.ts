import type { Position } from "./yaml/node.ts";

/** A configuration that is not taken. The message is upstream's, the position our own addition. */
export class ConfigError extends Error {
  /** The file it is in; undefined for a text that came from elsewhere. */
  readonly file: string | undefined;
  readonly position: Position | undefined;

  constructor(
    message: string,
    where: {
      readonly file?: string | undefined;
      readonly position?: Position | undefined;
      readonly cause?: unknown;
    } = {},
  ) {
    super(message, where.cause === undefined ? undefined : { cause: where.cause });
    this.name = "ConfigError";
    this.file = where.file;
    this.position = where.position;
  }
}

/** `prometheus.yml:12:3`, or as much of it as is known. */
export function describePlace(error: ConfigError): string {
  const { file, position } = error;
  const place = position === undefined ? [] : [String(position.line), String(position.column)];
  return [...(file === undefined ? [] : [file]), ...place].join(":");
}
