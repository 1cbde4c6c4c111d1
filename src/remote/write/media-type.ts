import type { WriteMessage } from "../wire/write-series.ts";

const mediaType = "application/x-protobuf";
const messages: readonly WriteMessage[] = [
  "prometheus.WriteRequest",
  "io.prometheus.write.v2.Request",
];

/** A request's media type or encoding that this end does not speak; answered with 415. */
export class UnsupportedMediaError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "UnsupportedMediaError";
  }
}

/** The media type of requests that carry a message. */
export function mediaTypeOf(message: WriteMessage): string {
  // Receivers of the first version know no parameter.
  return message === "prometheus.WriteRequest" ? mediaType : `${mediaType};proto=${message}`;
}

/** The message that a media type names, the first version where it says nothing. */
export function messageOf(contentType: string | undefined): WriteMessage {
  if (contentType === undefined || contentType.trim() === "") return "prometheus.WriteRequest";
  const whole = contentType.trim();
  const [first = "", ...parameters] = whole.split(";");
  if (first !== mediaType) {
    throw new UnsupportedMediaError(
      `expected ${mediaType} as the first (media) part, got ${whole} content-type`,
    );
  }
  for (const parameter of parameters) {
    const [name = "", value, ...more] = parameter.split("=");
    if (value === undefined || more.length > 0) {
      throw new UnsupportedMediaError(
        `as per https://www.rfc-editor.org/rfc/rfc9110#parameter expected parameters to be ` +
          `key-values, got ${parameter} in ${whole} content-type`,
      );
    }
    if (name.trim() === "proto") return knownMessage(value, whole);
  }
  return "prometheus.WriteRequest";
}

function knownMessage(value: string, contentType: string): WriteMessage {
  const found = messages.find((message) => message === value);
  if (found !== undefined) return found;
  throw new UnsupportedMediaError(
    `got ${contentType} content type; unknown type for remote write protobuf message ${value}, ` +
      `supported: ${messages.join(", ")}`,
  );
}

/** Refuses every compression but snappy; no word about it means snappy. */
export function checkEncoding(contentEncoding: string | undefined): void {
  const encoding = contentEncoding ?? "";
  if (encoding === "" || encoding.toLowerCase() === "snappy") return;
  throw new UnsupportedMediaError(
    `${encoding} encoding (compression) is not accepted by this server; only snappy is acceptable`,
  );
}
