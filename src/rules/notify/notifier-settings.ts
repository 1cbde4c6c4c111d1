import { type AlertmanagerConfig, type PrometheusConfig, relabelRules, Secret } from "#promconfig";
import type { NameScheme } from "#series";
import type { AlertmanagerSettings } from "./alertmanager-set.ts";
import type { NotifierSettings } from "./notifier.ts";

/** What a configuration says about notifications. */
export function notifierSettings(
  config: Pick<PrometheusConfig, "global" | "alerting">,
  externalUrl: string,
): NotifierSettings {
  const { nameScheme, externalLabels } = config.global;
  const { alertRelabelConfigs, alertmanagers } = config.alerting;
  return {
    externalLabels,
    externalUrl,
    alertRelabelRules: relabelRules(alertRelabelConfigs, nameScheme),
    alertmanagers: alertmanagers.map((one) => alertmanagerSettings(one, nameScheme)),
  };
}

function alertmanagerSettings(
  config: AlertmanagerConfig,
  nameScheme: NameScheme,
): AlertmanagerSettings {
  const { scheme, pathPrefix, timeoutMs, http } = config;
  return {
    fingerprint: fingerprintOf(config),
    http,
    scheme,
    pathPrefix,
    timeoutMs,
    relabelRules: relabelRules(config.relabelConfigs, nameScheme),
    alertRelabelRules: relabelRules(config.alertRelabelConfigs, nameScheme),
  };
}

/** Differs when anything in the section does, secrets included. Kept in memory only. */
function fingerprintOf(config: AlertmanagerConfig): string {
  return JSON.stringify(comparable(config));
}

/** A secret shows itself to nobody, not even to JSON, unless it is asked to. */
function comparable(value: unknown): unknown {
  if (value instanceof Secret) return value.reveal();
  if (typeof value === "bigint") return String(value);
  if (value instanceof Map || Array.isArray(value)) return [...value].map(comparable);
  if (typeof value !== "object" || value === null) return value;
  return Object.entries(value).map(comparable);
}
