import type { NameScheme } from "#series";
import { discoveryPart } from "./discovery/discovery-config.ts";
import { checkHttpClient, fillHttpClient, httpClientType } from "./http-client-config.ts";
import { relabelConfigs, relabelProblem } from "./relabel-config.ts";
import { list } from "./schema/collection.ts";
import {
  field,
  shownField,
  struct,
  type StructType,
  type ValueOf,
} from "./schema/decode-struct.ts";
import { durationMs } from "./schema/option-types.ts";
import { choice, text } from "./schema/scalar.ts";
import type { Problem } from "./schema/yaml-type.ts";
import { staticTargetsProblem } from "./scrape-config.ts";
import { unsupportedPart } from "./unsupported.ts";

const apiVersion = choice(
  ["v2"],
  (word) => `expected Alertmanager api version to be one of [v2] but got ${word}`,
);

const alertmanagerParts = {
  http: httpClientType.inline,
  sigv4: unsupportedPart("sigv4", "at most one of basic_auth, authorization, oauth2 may be used"),
  scheme: field("scheme", text, "http"),
  pathPrefix: field("path_prefix", text),
  timeoutMs: field("timeout", durationMs, 10_000),
  apiVersion: shownField("api_version", apiVersion, "v2"),
  relabelConfigs: field(
    "relabel_configs",
    relabelConfigs("empty or null Alertmanager target relabeling rule"),
  ),
  alertRelabelConfigs: field(
    "alert_relabel_configs",
    relabelConfigs("empty or null Alertmanager alert relabeling rule"),
  ),
  discoveries: discoveryPart,
} as const;

/** How one set of Alertmanagers is found and spoken to. */
export type AlertmanagerConfig = ValueOf<typeof alertmanagerParts>;
const alertmanagerType: StructType<AlertmanagerConfig> = struct(
  "config.AlertmanagerConfig",
  alertmanagerParts,
  {
    check: (config) => checkHttpClient(config.http) ?? staticTargetsProblem(config),
    fill: (config) => ({ ...config, http: fillHttpClient(config.http) }),
  },
);

const alertingParts = {
  alertRelabelConfigs: field(
    "alert_relabel_configs",
    relabelConfigs("empty or null alert relabeling rule"),
  ),
  alertmanagers: field(
    "alertmanagers",
    list(alertmanagerType, {
      goType: "config.AlertmanagerConfigs",
      nullItem: "empty or null Alertmanager config section",
    }),
  ),
} as const;
export type AlertingConfig = ValueOf<typeof alertingParts>;
export const alertingType: StructType<AlertingConfig> = struct("config.plain", alertingParts);

/** What is wrong with the relabelling of alerts, given which names are valid. */
export function alertingProblem(
  { alertRelabelConfigs, alertmanagers }: AlertingConfig,
  scheme: NameScheme,
): Problem | undefined {
  const rules = [
    ...alertRelabelConfigs,
    ...alertmanagers.flatMap((one) => [...one.alertRelabelConfigs, ...one.relabelConfigs]),
  ];
  for (const rule of rules) {
    const message = relabelProblem(rule, scheme);
    if (message !== undefined) return { message, at: rule };
  }
  return undefined;
}
