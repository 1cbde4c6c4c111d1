/** Answers whoever asks for metrics, in the format that they prefer. */
import { negotiateAnswer, type ScrapeProtocol } from "./content-type.ts";
import { escapeFamily, type MetricFamily } from "./family.ts";
import { writeProtobuf } from "./protobuf-writer.ts";
import { openMetricsEnd, writeOpenMetrics, writeText } from "./text-writer.ts";

/** What `/metrics` offers. */
export const metricsFormats: readonly ScrapeProtocol[] = [
  "PrometheusProto",
  "OpenMetricsText1.0.0",
  "OpenMetricsText0.0.1",
  "PrometheusText1.0.0",
  "PrometheusText0.0.4",
];

/** What `/federate` offers: no OpenMetrics. */
export const federationFormats: readonly ScrapeProtocol[] = [
  "PrometheusProto",
  "PrometheusText1.0.0",
  "PrometheusText0.0.4",
];

export interface MetricsAnswer {
  readonly contentType: string;
  readonly body: Uint8Array;
}

/** The families in one of the formats `offered`, chosen by the `Accept` header. */
export function answerMetrics(
  accept: string,
  families: readonly MetricFamily[],
  offered: readonly ScrapeProtocol[],
): MetricsAnswer {
  const { protocol, escaping, contentType } = negotiateAnswer(accept, offered);
  const escaped = families.map((family) => escapeFamily(family, escaping));
  return { contentType, body: bodyOf(protocol, escaped) };
}

function bodyOf(protocol: ScrapeProtocol, families: readonly MetricFamily[]): Uint8Array {
  if (protocol === "PrometheusProto") return joined(families.map(writeProtobuf));
  const isOpen = protocol.startsWith("OpenMetrics");
  const parts = families.map(isOpen ? writeOpenMetrics : writeText);
  return new TextEncoder().encode(`${parts.join("")}${isOpen ? openMetricsEnd : ""}`);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
