/**
 * Receivers of AlertmanagerConfigs as Alertmanager's file has them. The objects call options by the
 * names of the file, in camel case, with few exceptions; so options are renamed by one rule, and the
 * exceptions are a table.
 */

import { isJsonList, isJsonObject, type JsonObject, type JsonValue, asJsonObject } from "#api";
import type { HttpConfig, Receiver } from "#api/monitoring/v1alpha1";
import { type Entries, secretText } from "./entries.ts";
import { clientSection } from "./http-client.ts";
import { InvalidObjectError, within } from "./refusal.ts";

/** Everybody under one name; without the name. */
export function receiverSection(receiver: Receiver, entries: Entries): JsonObject {
  const section: Record<string, JsonValue> = {};
  for (const [kind, configs] of Object.entries(asJsonObject(receiver))) {
    if (kind === "name" || !isJsonList(configs)) continue;
    section[optionName(kind)] = configs.map((config, index) =>
      within(`${kind}[${index}]`, () => integrationSection(kind, config, entries)),
    );
  }
  return section;
}

/** Options that the file calls otherwise, by what they are an option of, and name. */
const otherNames: ReadonlyMap<string, string> = new Map([
  ["discordConfigs.apiURL", "webhook_url"],
  ["webhookConfigs.urlSecret", "url"],
  ["pagerdutyConfigs.pagerDutyImageConfigs", "images"],
  ["pagerdutyConfigs.pagerDutyLinkConfigs", "links"],
  ["pagerDutyLinkConfigs.alt", "text"],
]);

/** Lists of names and values that are maps in the file. */
const mapOptions: ReadonlySet<string> = new Set(["details", "headers", "customFields"]);

function integrationSection(kind: string, config: JsonValue, entries: Entries): JsonObject {
  const section: Record<string, JsonValue> = {};
  for (const [name, value = null] of Object.entries(isJsonObject(config) ? config : {})) {
    // A URL from a Secret comes before one that is written out.
    const option = otherNames.get(`${kind}.${name}`) ?? optionName(name);
    if (name === "url" && isJsonObject(config) && config["urlSecret"] !== undefined) continue;
    section[option] = optionValue(name, value, entries);
  }
  return section;
}

function optionValue(name: string, value: JsonValue, entries: Entries): JsonValue {
  if (name === "httpConfig") return clientSection(entries, clientOptions(value));
  if (name === "tlsConfig") {
    return clientSection(entries, { tlsConfig: asJsonObject(objectOf(value)) })["tls_config"] ?? {};
  }
  if (mapOptions.has(name) && isJsonList(value)) return mapOfPairs(value);
  if (name === "threadByDate" && typeof value === "string") return value.toLowerCase();
  return plainValue(name, value, entries);
}

/** References to Secrets become what the Secret says; all else keeps its form. */
function plainValue(owner: string, value: JsonValue, entries: Entries): JsonValue {
  if (isJsonList(value)) return value.map((item) => plainValue(owner, item, entries));
  if (!isJsonObject(value)) return value;
  const { key, name } = value;
  if (typeof key === "string" && Object.keys(value).every((one) => selectorFields.has(one))) {
    return secretText(entries, { key, name: typeof name === "string" ? name : "" }).trim();
  }
  const section: Record<string, JsonValue> = {};
  for (const [member, inner = null] of Object.entries(value)) {
    const option = otherNames.get(`${owner}.${member}`) ?? optionName(member);
    section[option] = optionValue(member, inner, entries);
  }
  return section;
}

const selectorFields: ReadonlySet<string> = new Set(["name", "key", "optional"]);

function clientOptions(value: JsonValue): HttpConfig {
  const config: HttpConfig = asJsonObject(objectOf(value));
  const { proxyURL, proxyUrl = proxyURL, ...others } = config;
  return { ...others, proxyUrl };
}

function mapOfPairs(pairs: readonly JsonValue[]): JsonObject {
  const named: Record<string, JsonValue> = {};
  for (const pair of pairs) {
    const { key, value } = objectOf(pair);
    if (typeof key !== "string") throw new InvalidObjectError("a pair needs a key");
    if (Object.hasOwn(named, key)) {
      throw new InvalidObjectError(`duplicate header ${JSON.stringify(key)}`);
    }
    named[key] = value ?? "";
  }
  return named;
}

function objectOf(value: JsonValue): JsonObject {
  return isJsonObject(value) ? value : {};
}

/** `sendResolved` is `send_resolved`, `apiURL` is `api_url`, `msteamsv2Configs` is `msteamsv2_configs`. */
function optionName(name: string): string {
  return name.replace(/([a-z0-9])([A-Z]+)/g, "$1_$2").toLowerCase();
}
