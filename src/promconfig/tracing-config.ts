import { tlsConfigType } from "./http-client-config.ts";
import { reservedHeaders } from "./remote-config.ts";
import { mapOf } from "./schema/collection.ts";
import { field, struct, type StructType, type ValueOf } from "./schema/decode-struct.ts";
import { durationMs } from "./schema/option-types.ts";
import { bool, choice, float, text } from "./schema/scalar.ts";

const clientType = choice(
  ["http", "grpc"],
  (word) => `expected tracing client type to be to be http or grpc, but got ${word}`,
);

const tracingParts = {
  clientType: field("client_type", clientType, "grpc"),
  endpoint: field("endpoint", text),
  samplingFraction: field("sampling_fraction", float),
  insecure: field("insecure", bool),
  tls: field("tls_config", tlsConfigType),
  headers: field("headers", mapOf(text)),
  compression: field("compression", text),
  timeoutMs: field("timeout", durationMs),
} as const;

/** Where traces of our own work would go. Nothing sends any yet: `unsupportedOptions` says so. */
export type TracingConfig = ValueOf<typeof tracingParts>;
export const tracingType: StructType<TracingConfig> = struct("config.plain", tracingParts, {
  check: ({ headers, endpoint, compression }) => {
    const problem = headersProblem(headers);
    if (problem !== undefined) return problem;
    if (endpoint === "") return "tracing endpoint must be set";
    return compression === "" || compression === "gzip"
      ? undefined
      : `invalid compression type ${compression} provided, valid options: gzip`;
  },
});

function headersProblem(headers: ReadonlyMap<string, string>): string | undefined {
  for (const name of headers.keys()) {
    if (name.toLowerCase() === "authorization") {
      return "custom authorization header configuration is not yet supported";
    }
    if (reservedHeaders.has(name.toLowerCase())) {
      return `${name} is a reserved header. It must not be changed`;
    }
  }
  return undefined;
}
