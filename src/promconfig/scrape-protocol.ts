import { textOf } from "./schema/scalar.ts";

/** The exposition formats that a scrape may ask for, by the names of the configuration. */
const scrapeProtocols = [
  "OpenMetricsText0.0.1",
  "OpenMetricsText1.0.0",
  "PrometheusProto",
  "PrometheusText0.0.4",
  "PrometheusText1.0.0",
] as const;
export type ScrapeProtocol = (typeof scrapeProtocols)[number];

export const defaultScrapeProtocols: readonly ScrapeProtocol[] = [
  "OpenMetricsText1.0.0",
  "OpenMetricsText0.0.1",
  "PrometheusText1.0.0",
  "PrometheusText0.0.4",
];

/** Asked for where native histograms are wanted: only protobuf carries them. */
export const protobufFirstProtocols: readonly ScrapeProtocol[] = [
  "PrometheusProto",
  ...defaultScrapeProtocols,
];

/** Any word; whether it is a protocol is checked once the options of a job are together. */
export const scrapeProtocolType = textOf("config.ScrapeProtocol");

export function isScrapeProtocol(word: string): word is ScrapeProtocol {
  const known: readonly string[] = scrapeProtocols;
  return known.includes(word);
}

export function scrapeProtocolProblem(word: string): string | undefined {
  if (isScrapeProtocol(word)) return undefined;
  return `unknown scrape protocol ${word}, supported: [${scrapeProtocols.join(" ")}]`;
}

/** What is wrong with a list of protocols to ask for, best first. */
export function scrapeProtocolsProblem(words: readonly string[]): string | undefined {
  if (words.length === 0) return "scrape_protocols cannot be empty";
  const seen = new Set<string>();
  for (const word of words) {
    if (seen.has(word.toLowerCase())) {
      return `duplicated protocol in scrape_protocols, got [${words.join(" ")}]`;
    }
    const problem = scrapeProtocolProblem(word);
    if (problem !== undefined) return `scrape_protocols: ${problem}`;
    seen.add(word.toLowerCase());
  }
  return undefined;
}
