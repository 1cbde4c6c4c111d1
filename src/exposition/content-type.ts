import { quoteGo } from "#base";
import { type EscapingScheme, escapingSchemes } from "#series";

/** The formats of `scrape_protocols`. */
export type ScrapeProtocol =
  | "PrometheusProto"
  | "PrometheusText0.0.4"
  | "PrometheusText1.0.0"
  | "OpenMetricsText0.0.1"
  | "OpenMetricsText1.0.0";

/** What a body is read as. */
export type BodyFormat = "text" | "openmetrics" | "protobuf";

const mediaTypes: Readonly<Record<ScrapeProtocol, string>> = {
  PrometheusProto:
    "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited",
  "PrometheusText0.0.4": "text/plain;version=0.0.4",
  "PrometheusText1.0.0": "text/plain;version=1.0.0",
  "OpenMetricsText0.0.1": "application/openmetrics-text;version=0.0.1",
  "OpenMetricsText1.0.0": "application/openmetrics-text;version=1.0.0",
};

export const scrapeProtocols: readonly ScrapeProtocol[] = [
  "PrometheusProto",
  "PrometheusText0.0.4",
  "PrometheusText1.0.0",
  "OpenMetricsText0.0.1",
  "OpenMetricsText1.0.0",
];

/** What is offered to targets unless the configuration says otherwise, best first. */
export const defaultScrapeProtocols: readonly ScrapeProtocol[] = [
  "OpenMetricsText1.0.0",
  "OpenMetricsText0.0.1",
  "PrometheusText1.0.0",
  "PrometheusText0.0.4",
];

/** The `Accept` header of a scrape. */
export function acceptHeader(
  protocols: readonly ScrapeProtocol[],
  escaping: EscapingScheme,
): string {
  const first = scrapeProtocols.length + 1;
  const accepted = protocols.map((protocol, at) => {
    // Only the newer text formats know names that need escaping.
    const isNew = protocol === "PrometheusText1.0.0" || protocol === "OpenMetricsText1.0.0";
    const parameter = isNew ? `;escaping=${escaping}` : "";
    return `${mediaTypes[protocol]}${parameter};q=0.${first - at}`;
  });
  return [...accepted, `*/*;q=0.${first - protocols.length}`].join(",");
}

/** How to read a body; `warning` when the target's word was not good enough. */
export interface BodyFormatChoice {
  /** Undefined: the scrape must fail with the warning. */
  readonly format: BodyFormat | undefined;
  readonly warning: string | undefined;
}

const bodyFormats: ReadonlyMap<string, BodyFormat> = new Map([
  ["application/openmetrics-text", "openmetrics"],
  ["application/vnd.google.protobuf", "protobuf"],
  ["text/plain", "text"],
]);

/** Chooses by the `Content-Type` header; `fallback` is the configuration's `fallback_scrape_protocol`. */
export function chooseBodyFormat(
  contentType: string,
  fallback: ScrapeProtocol | undefined,
): BodyFormatChoice {
  const mediaType = parseMediaType(contentType);
  const format = bodyFormats.get(mediaType ?? "");
  if (format !== undefined) return { format, warning: undefined };
  if (fallback === undefined) {
    return { format: undefined, warning: withoutFallback(contentType, mediaType) };
  }
  const [fallbackType = ""] = mediaTypes[fallback].split(";");
  return {
    format: bodyFormats.get(fallbackType),
    warning: withFallback(contentType, mediaType, fallbackType),
  };
}

function withoutFallback(contentType: string, mediaType: string | undefined): string {
  if (contentType === "") {
    return "non-compliant scrape target sending blank Content-Type and no fallback_scrape_protocol specified for target";
  }
  const shown = quoteGo(contentType);
  if (mediaType === undefined) {
    return `cannot parse Content-Type ${shown} and no fallback_scrape_protocol for target`;
  }
  return `received unsupported Content-Type ${shown} and no fallback_scrape_protocol specified for target`;
}

function withFallback(
  contentType: string,
  mediaType: string | undefined,
  fallbackType: string,
): string {
  const using = `using fallback_scrape_protocol ${quoteGo(fallbackType)}`;
  if (contentType === "") {
    return `non-compliant scrape target sending blank Content-Type, ${using}`;
  }
  const shown = quoteGo(contentType);
  if (mediaType === undefined) return `could not parse received Content-Type ${shown}, ${using}`;
  return `received unsupported Content-Type ${shown}, ${using}`;
}

/** The type in lower case without its parameters; undefined when it is malformed. */
function parseMediaType(contentType: string): string | undefined {
  const [mediaType = "", ...parameters] = contentType.split(";").map((part) => part.trim());
  const token = /^[\w!#$%&'*+.^`|~-]+(?:\/[\w!#$%&'*+.^`|~-]+)?$/;
  if (!token.test(mediaType)) return undefined;
  const areValid = parameters.every((one) => one === "" || /^[^\s=;]+=(?:"[^"]*"|\S*)$/.test(one));
  return areValid ? mediaType.toLowerCase() : undefined;
}

/** A format to answer in. */
export interface AnswerFormat {
  readonly protocol: ScrapeProtocol;
  readonly escaping: EscapingScheme;
  /** The `Content-Type` of the answer. */
  readonly contentType: string;
}

const answerTypes: readonly (readonly [ScrapeProtocol, string])[] = [
  ["OpenMetricsText1.0.0", "application/openmetrics-text; version=1.0.0; charset=utf-8"],
  ["OpenMetricsText0.0.1", "application/openmetrics-text; version=0.0.1; charset=utf-8"],
  [
    "PrometheusProto",
    "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited",
  ],
  ["PrometheusText0.0.4", "text/plain; version=0.0.4; charset=utf-8"],
];

/**
 * Chooses what to answer a scrape with by its `Accept` header; text when nothing fits. `/metrics`
 * offers everything, `/federate` no OpenMetrics.
 */
export function negotiateAnswer(accept: string, offered: readonly ScrapeProtocol[]): AnswerFormat {
  let escaping: EscapingScheme = "underscores";
  const types = answerTypes.filter(([protocol]) => offered.includes(protocol));
  for (const clause of parseAccept(accept)) {
    escaping = escapingSchemes.find((one) => one === clause.parameters.get("escaping")) ?? escaping;
    const found = types.find(([protocol]) => fits(clause, protocol));
    if (found !== undefined) return answerOf(found, escaping);
  }
  return answerOf(["PrometheusText0.0.4", "text/plain; version=0.0.4; charset=utf-8"], escaping);
}

function answerOf(
  [protocol, type]: readonly [ScrapeProtocol, string],
  escaping: EscapingScheme,
): AnswerFormat {
  return { protocol, escaping, contentType: `${type}; escaping=${escaping}` };
}

interface AcceptClause {
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
  readonly quality: number;
}

function parseAccept(header: string): readonly AcceptClause[] {
  const clauses = header.split(",").slice(0, 100).map(parseClause);
  // Of equal quality the first wins: the sort is stable.
  return clauses.filter(({ quality }) => quality > 0).sort((a, b) => b.quality - a.quality);
}

function parseClause(text: string): AcceptClause {
  const [type = "", ...rest] = text.split(";").map((part) => part.trim());
  const pairs = rest.map((one): [string, string] => {
    const [name = "", value = ""] = one.split("=");
    return [name.trim().toLowerCase(), value.trim().replaceAll('"', "")];
  });
  const parameters = new Map(pairs);
  const quality = Number(parameters.get("q") ?? "1");
  return { type: type.toLowerCase(), parameters, quality: Number.isNaN(quality) ? 1 : quality };
}

function fits({ type, parameters }: AcceptClause, protocol: ScrapeProtocol): boolean {
  const version = parameters.get("version");
  switch (protocol) {
    case "OpenMetricsText1.0.0":
      return type === "application/openmetrics-text" && version === "1.0.0";
    case "OpenMetricsText0.0.1":
      return type === "application/openmetrics-text" && (version ?? "0.0.1") === "0.0.1";
    case "PrometheusProto":
      return (
        type === "application/vnd.google.protobuf" &&
        parameters.get("proto") === "io.prometheus.client.MetricFamily" &&
        parameters.get("encoding") === "delimited"
      );
    case "PrometheusText1.0.0":
    case "PrometheusText0.0.4":
      // Whoever takes anything is a browser or a person with curl.
      if (type === "*/*" || type === "text/*") return true;
      return type === "text/plain" && (version ?? "0.0.4") === "0.0.4";
  }
}
