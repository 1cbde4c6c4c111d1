/** What this server can do and what of it is on, under upstream's names: `/api/v1/features`. */
import type { PrometheusSettings } from "#cli";
import { functions } from "#promql";
import type { MonitorOptions } from "./settings.ts";

type Features = Readonly<Record<string, Readonly<Record<string, boolean>>>>;

/** Pages that upstream does not have are named in a group of their own, which is absent without any. */
export function featureList(
  options: MonitorOptions,
  flags: PrometheusSettings["flags"],
  furtherPages: readonly string[],
): Features {
  return {
    api: apiFeatures(options, flags),
    otlp_receiver: {
      delta_conversion: options.features.has("otlp-deltatocumulative"),
      native_delta_ingestion: options.features.has("otlp-native-delta-ingestion"),
    },
    prometheus: {
      agent_mode: options.mode === "agent",
      auto_reload_config: options.features.has("auto-reload-config"),
      server_mode: options.mode === "server",
    },
    promql: promqlFeatures(options),
    promql_functions: functionFeatures(options),
    promql_operators: { ...on(operators), limit_ratio: false, limitk: false },
    rules: {
      concurrent_rule_eval: options.features.has("concurrent-rule-eval"),
      keep_firing_for: true,
      query_offset: true,
    },
    scrape: {
      extra_scrape_metrics: true,
      start_timestamp_zero_ingestion: options.features.has("created-timestamp-zero-ingestion"),
      type_and_unit_labels: options.features.has("type-and-unit-labels"),
    },
    service_discovery_providers: on("dns docker file http kubernetes static"),
    templating_functions: on(templateFunctions),
    tsdb: {
      delayed_compaction: options.features.has("delayed-compaction"),
      exemplar_storage: options.features.has("exemplar-storage"),
      isolation: true,
      metadata_wal_records: options.features.has("metadata-wal-records"),
      native_histograms: true,
      st_storage: options.features.has("st-storage"),
      xor2_encoding: true,
    },
    ui: { ui_v2: false, ui_v3: true },
    ...(furtherPages.length === 0 ? {} : { pages: on(furtherPages.join(" ").replaceAll("/", "")) }),
  };
}

function apiFeatures(options: MonitorOptions, flags: PrometheusSettings["flags"]) {
  return {
    admin: flags["web.enable-admin-api"],
    lifecycle: flags["web.enable-lifecycle"],
    otlp_write_receiver: flags["web.enable-otlp-receiver"],
    remote_write_receiver: flags["web.enable-remote-write-receiver"],
    search: options.features.has("search-api"),
    ...on(
      "exclude_alerts label_values_match openapi_3.1 openapi_3.2 query_stats query_warnings search_fuzz_alg_jarowinkler " +
        "search_fuzz_alg_subsequence time_range_labels time_range_series",
    ),
  };
}

function promqlFeatures({ features, engine }: MonitorOptions) {
  const { extendedRangeSelectors, binopFillModifiers } = engine.syntax;
  return {
    ...on(
      "at_modifier bool by duration_expr group_left group_right ignoring negative_offset offset on " +
        "per_query_lookback_delta subqueries without",
    ),
    anchored: extendedRangeSelectors,
    smoothed: extendedRangeSelectors,
    fill: binopFillModifiers,
    fill_left: binopFillModifiers,
    fill_right: binopFillModifiers,
    delayed_name_removal: features.has("promql-delayed-name-removal"),
    per_step_stats: features.has("promql-per-step-stats"),
    type_and_unit_labels: features.has("type-and-unit-labels"),
  };
}

function functionFeatures({ engine }: MonitorOptions) {
  const { experimentalFunctions } = engine.syntax;
  return Object.fromEntries(
    [...functions.values()].map(({ name, isExperimental }) => [
      name,
      !isExperimental || experimentalFunctions,
    ]),
  );
}

const operators =
  "!= !~ % * + - / < </ <= == =~ > >/ >= @ ^ and atan2 avg bottomk count count_values group max min " +
  "or quantile stddev stdvar sum topk unless";

const templateFunctions =
  "args externalURL first graphLink humanize humanize1024 humanizeDuration humanizePercentage " +
  "humanizeTimestamp label match now parseDuration pathPrefix query reReplaceAll safeHtml sortByLabel " +
  "stripDomain stripPort strvalue tableLink title toDuration toLower toTime toUpper urlQueryEscape value";

function on(names: string): Readonly<Record<string, true>> {
  return Object.fromEntries(names.split(" ").map((name) => [name, true]));
}
