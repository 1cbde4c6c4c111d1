import assert from "node:assert/strict";
import { test } from "node:test";
import { ConfigError, configDefaults, parseConfig, unsupportedOptions } from "./index.ts";

// Each refused text and what is said of it. `%` in a text stands for a job that is otherwise fine,
// `&` for an Alertmanager, so that a row shows only what is wrong.
const refused: readonly (readonly [text: string, message: string])[] = [
  // Types and names.
  ["global: 5", "line 1: cannot unmarshal !!int `5` into config.plain"],
  ["5", "line 1: cannot unmarshal !!int `5` into config.plain"],
  ["[]", "line 1: cannot unmarshal !!seq into config.plain"],
  ["nope: 1", "line 1: field nope not found in type config.plain"],
  ["global: {nope: 1}", "line 1: field nope not found in type config.plain"],
  ["rule_files: []\nrule_files: []", "line 2: field rule_files already set in type config.plain"],
  ["rule_files: x", "line 1: cannot unmarshal !!str `x` into []string"],
  ["rule_files: [[x]]", "line 1: cannot unmarshal !!seq into string"],
  ["scrape_configs: {}", "line 1: cannot unmarshal !!map into []*config.ScrapeConfig"],
  ["scrape_configs: [x]", "line 1: cannot unmarshal !!str `x` into config.ScrapeConfig"],
  ["scrape_configs: [{%, nope: 1}]", "line 1: field nope not found in type config.ScrapeConfig"],
  ["scrape_configs: [{%, honor_labels: 1}]", "line 1: cannot unmarshal !!int `1` into bool"],
  ["scrape_configs: [{%, sample_limit: -1}]", "line 1: cannot unmarshal !!int `-1` into uint"],
  ["scrape_configs: [{%, sample_limit: ab}]", "line 1: cannot unmarshal !!str `ab` into uint"],
  ["scrape_configs: [{%, params: {a: b}}]", "line 1: cannot unmarshal !!str `b` into []string"],
  ["scrape_configs: [{%, params: [a]}]", "line 1: cannot unmarshal !!seq into url.Values"],
  [
    "scrape_configs: [{%, static_configs: [{target: [a]}]}]",
    'line 1: field target not found in type struct { Targets []string "yaml:\\"targets\\""; Labels model.LabelSet "yaml:\\"labels\\"" }',
  ],
  [
    "scrape_configs: [{%, static_configs: [{targets: [a], labels: {a: [b]}}]}]",
    "line 1: cannot unmarshal !!seq into string",
  ],
  [
    "global:\n  nope: 1\nscrape_configs:\n- honor_labels: maybe-not-so\n  more: x",
    "yaml: unmarshal errors:\n  line 2: field nope not found in type config.plain\n  line 4: cannot unmarshal !!str `maybe-n...` into bool\n  line 5: field more not found in type config.ScrapeConfig",
  ],
  ["global: {external_labels: {a: b, a: c}}", 'line 1: key "a" already set in map'],
  // Syntax.
  ["a: b: c", "yaml: line 1: mapping values are not allowed in this context"],
  ["global:\n\tscrape_interval: 1s", "yaml: line 2: found character that cannot start any token"],
  ["rule_files: @x", "yaml: line 1: found character that cannot start any token"],
  ["rule_files: *x", "yaml: anchor 'x' is not known"],
  ["rule_files: &x [*x]", "yaml: anchor 'x' value contains itself"],
  ["global: {<<: 1}", "yaml: map merge requires map or sequence of maps as the value"],
  ["global: {[a]: b}", "yaml: invalid map key"],
  [
    "global: {external_labels: {a: !!binary x}}",
    "yaml: !!binary value contains invalid base64 data",
  ],
  // The global section.
  ["global: {scrape_interval: 1}", 'not a valid duration string: "1"'],
  ["global: {scrape_interval: 1x}", 'unknown unit "x" in duration "1x"'],
  ["global: {scrape_interval: -1s}", 'not a valid duration string: "-1s"'],
  ["global: {scrape_interval: ''}", "empty duration string"],
  ["global: {scrape_interval: 300y}", "duration out of range"],
  ["global: {scrape_interval: [1s]}", "line 1: cannot unmarshal !!seq into string"],
  [
    "global: {scrape_timeout: 20s, scrape_interval: 15s}",
    "global scrape timeout greater than scrape interval",
  ],
  ["global: {scrape_timeout: 61s}", "global scrape timeout greater than scrape interval"],
  ["global: {scrape_protocols: []}", "scrape_protocols cannot be empty for global config"],
  [
    "global: {scrape_protocols: [x]}",
    "scrape_protocols: unknown scrape protocol x, supported: [OpenMetricsText0.0.1 OpenMetricsText1.0.0 PrometheusProto PrometheusText0.0.4 PrometheusText1.0.0] for global config",
  ],
  [
    "global: {scrape_protocols: [PrometheusProto, prometheusproto]}",
    "duplicated protocol in scrape_protocols, got [PrometheusProto prometheusproto] for global config",
  ],
  ["global: {external_labels: {'': b}}", '"" is not a valid label name'],
  [
    "global: {external_labels: {a.b: c}, metric_name_validation_scheme: legacy}",
    '"a.b" is not a valid label name',
  ],
  ["global: {external_labels: {!!binary /w==: b}}", '"\\xff" is not a valid label name'],
  ["global: {external_labels: {a: !!binary /w==}}", '"\\xff" is not a valid label value'],
  ["global: {body_size_limit: 100}", "units: unknown unit  in 100"],
  ["global: {body_size_limit: 1.x}", "units: unknown unit x in 1.x"],
  ["global: {body_size_limit: abc}", "units: invalid abc"],
  ["global: {metric_name_validation_scheme: ascii}", 'unrecognized ValidationScheme: "ascii"'],
  [
    "{global: {metric_name_escaping_scheme: x}, scrape_configs: [{%}]}",
    "unknown global name escaping method specified, must be one of 'allow-utf-8', 'underscores', 'dots', or 'values', got \"x\"",
  ],
  ["rule_files: ['rules/*/*.yml']", 'invalid rule file path "rules/*/*.yml"'],
  ["scrape_config_files: ['a*/b']", 'invalid scrape config file path "a*/b"'],
  // Jobs.
  ["scrape_configs: [null]", "empty or null scrape config section"],
  ["scrape_configs: [{}]", "job_name is empty"],
  ["scrape_configs: [{%}, {%}]", 'found multiple scrape configs with job name "j"'],
  [
    "scrape_configs: [{%, scrape_interval: 5s, scrape_timeout: 6s}]",
    'scrape timeout greater than scrape interval for scrape config with job name "j"',
  ],
  [
    "scrape_configs: [{%, scrape_timeout: 2m}]",
    'scrape timeout greater than scrape interval for scrape config with job name "j"',
  ],
  [
    "scrape_configs: [{%, scrape_protocols: []}]",
    'scrape_protocols cannot be empty for scrape config with job name "j"',
  ],
  [
    "scrape_configs: [{%, scrape_protocols: [PrometheusProto, PrometheusProto]}]",
    'duplicated protocol in scrape_protocols, got [PrometheusProto PrometheusProto] for scrape config with job name "j"',
  ],
  [
    "scrape_configs: [{%, fallback_scrape_protocol: x}]",
    'invalid fallback_scrape_protocol for scrape config with job name "j": unknown scrape protocol x, supported: [OpenMetricsText0.0.1 OpenMetricsText1.0.0 PrometheusProto PrometheusText0.0.4 PrometheusText1.0.0]',
  ],
  [
    "scrape_configs: [{%, fallback_scrape_protocol: [x]}]",
    "line 1: cannot unmarshal !!seq into config.ScrapeProtocol",
  ],
  [
    "scrape_configs: [{%, metric_name_validation_scheme: legacy, metric_name_escaping_scheme: allow-utf-8}]",
    "utf8 metric names requested but validation scheme is not set to UTF8",
  ],
  [
    "scrape_configs: [{%, metric_name_escaping_scheme: x}]",
    "unknown scrape config name escaping method specified, must be one of 'allow-utf-8', 'underscores', 'dots', or 'values', got \"x\"",
  ],
  [
    "scrape_configs: [{%, static_configs: [{targets: ['http://bad']}]}]",
    '"http://bad" is not a valid hostname',
  ],
  ["scrape_configs: [{%, static_configs: [null]}]", "empty or null section in static_configs"],
  [
    "scrape_configs: [{%, static_configs: [{targets: [a], labels: {'': b}}]}]",
    '"" is not a valid label name',
  ],
  // Relabelling.
  [
    "scrape_configs: [{%, relabel_configs: [null]}]",
    "empty or null target relabeling rule in scrape config",
  ],
  [
    "scrape_configs: [{%, metric_relabel_configs: [null]}]",
    "empty or null metric relabeling rule in scrape config",
  ],
  ["scrape_configs: [{%, relabel_configs: [{action: x}]}]", 'unknown relabel action "x"'],
  ["scrape_configs: [{%, relabel_configs: [{action: null}]}]", "relabel action cannot be empty"],
  [
    "scrape_configs: [{%, relabel_configs: [{nope: 1}]}]",
    "field nope not found in type relabel.plain",
  ],
  [
    "scrape_configs: [{%, relabel_configs: [{regex: 'a('}]}]",
    "error parsing regexp: missing closing )",
  ],
  [
    "scrape_configs: [{%, relabel_configs: [{source_labels: ['']}]}]",
    '"" is not a valid label name',
  ],
  [
    "scrape_configs: [{%, relabel_configs: [{source_labels: a}]}]",
    "cannot unmarshal !!str `a` into model.LabelNames",
  ],
  [
    "scrape_configs: [{%, relabel_configs: [{source_labels: [a]}]}]",
    "relabel configuration for replace action requires 'target_label' value",
  ],
  [
    "scrape_configs: [{%, relabel_configs: [{action: hashmod, target_label: a}]}]",
    "relabel configuration for hashmod requires non-zero modulus",
  ],
  [
    "scrape_configs: [{%, relabel_configs: [{action: hashmod, modulus: 8}]}]",
    "relabel configuration for hashmod action requires 'target_label' value",
  ],
  ...["lowercase", "uppercase", "keepequal", "dropequal"].map(
    (action) =>
      [
        `scrape_configs: [{%, relabel_configs: [{action: ${action}}]}]`,
        `relabel configuration for ${action} action requires 'target_label' value`,
      ] as const,
  ),
  ...["lowercase", "uppercase", "keepequal", "dropequal"].map(
    (action) =>
      [
        `scrape_configs: [{%, relabel_configs: [{action: ${action}, target_label: a, replacement: b}]}]`,
        `'replacement' can not be set for ${action} action`,
      ] as const,
  ),
  ...["regex: a", "modulus: 8", "separator: x"].flatMap((other) =>
    ["keepequal", "dropequal"].map(
      (action) =>
        [
          `scrape_configs: [{%, relabel_configs: [{action: ${action}, target_label: a, ${other}}]}]`,
          `${action} action requires only 'source_labels' and \`target_label\`, and no other fields`,
        ] as const,
    ),
  ),
  ...[
    "source_labels: [a]",
    "target_label: a",
    "modulus: 8",
    "separator: x",
    "replacement: x",
  ].flatMap((other) =>
    ["labeldrop", "labelkeep"].map(
      (action) =>
        [
          `scrape_configs: [{%, relabel_configs: [{action: ${action}, ${other}}]}]`,
          `${action} action requires only 'regex', and no other fields`,
        ] as const,
    ),
  ),
  [
    "scrape_configs: [{%, metric_name_validation_scheme: legacy, relabel_configs: [{target_label: a.b}]}]",
    `"a.b" is invalid 'target_label' for replace action`,
  ],
  [
    "scrape_configs: [{%, metric_name_validation_scheme: legacy, relabel_configs: [{target_label: '0${1}'}]}]",
    "\"0${1}\" is invalid 'target_label' for replace action",
  ],
  [
    "scrape_configs: [{%, metric_name_validation_scheme: legacy, relabel_configs: [{action: labelmap, replacement: 'a-$1'}]}]",
    `"a-$1" is invalid 'replacement' for labelmap action`,
  ],
  [
    "scrape_configs: [{%, metric_name_validation_scheme: legacy, relabel_configs: [{action: lowercase, target_label: 'a-'}]}]",
    `"a-" is invalid 'target_label' for lowercase action`,
  ],
  [
    "scrape_configs: [{%, metric_name_validation_scheme: legacy, relabel_configs: [{action: hashmod, modulus: 1, target_label: 'a-'}]}]",
    `"a-" is invalid 'target_label' for hashmod action`,
  ],
  // How requests are sent.
  [
    "scrape_configs: [{%, bearer_token: a, bearer_token_file: b}]",
    "at most one of bearer_token & bearer_token_file must be configured",
  ],
  [
    "scrape_configs: [{%, bearer_token: a, basic_auth: {username: b}}]",
    "at most one of basic_auth, oauth2, bearer_token & bearer_token_file must be configured",
  ],
  [
    "scrape_configs: [{%, bearer_token: a, authorization: {credentials: b}}]",
    "authorization is not compatible with bearer_token & bearer_token_file",
  ],
  [
    "scrape_configs: [{%, basic_auth: {username: a, username_file: b}}]",
    "at most one of basic_auth username, username_file & username_ref must be configured",
  ],
  [
    "scrape_configs: [{%, basic_auth: {password: a, password_file: b}}]",
    "at most one of basic_auth password, password_file & password_ref must be configured",
  ],
  [
    "scrape_configs: [{%, basic_auth: {password_ref: a}}]",
    "secrets by reference (…_ref) are not supported; use the …_file option",
  ],
  [
    "scrape_configs: [{%, authorization: {credentials: a, credentials_file: b}}]",
    "at most one of authorization credentials & credentials_file must be configured",
  ],
  [
    "scrape_configs: [{%, authorization: {type: Basic, credentials: a}}]",
    'authorization type cannot be set to "basic", use "basic_auth" instead',
  ],
  [
    "scrape_configs: [{%, authorization: {credentials: a}, basic_auth: {username: b}}]",
    "at most one of basic_auth, oauth2 & authorization must be configured",
  ],
  [
    "scrape_configs: [{%, oauth2: {client_id: a, token_url: b}, basic_auth: {username: b}}]",
    "at most one of basic_auth, oauth2 & authorization must be configured",
  ],
  ["scrape_configs: [{%, oauth2: {token_url: b}}]", "oauth2 client_id must be configured"],
  ["scrape_configs: [{%, oauth2: {client_id: b}}]", "oauth2 token_url must be configured"],
  [
    "scrape_configs: [{%, oauth2: {client_id: b, token_url: c, client_secret: d, client_secret_file: e}}]",
    "at most one of oauth2 client_secret, client_secret_file & client_secret_ref must be configured using grant-type=client_credentials",
  ],
  [
    "scrape_configs: [{%, tls_config: {ca: a, ca_file: b}}]",
    "at most one of ca, ca_file & ca_ref must be configured",
  ],
  [
    "scrape_configs: [{%, tls_config: {cert: a, cert_file: b}}]",
    "at most one of cert, cert_file & cert_ref must be configured",
  ],
  [
    "scrape_configs: [{%, tls_config: {key: a, key_file: b}}]",
    "at most one of key and key_file must be configured",
  ],
  [
    "scrape_configs: [{%, tls_config: {cert_file: b}}]",
    "exactly one of key or key_file must be configured when a client certificate is configured",
  ],
  [
    "scrape_configs: [{%, tls_config: {key_file: b}}]",
    "exactly one of cert or cert_file must be configured when a client key is configured",
  ],
  ["scrape_configs: [{%, tls_config: {min_version: TLS9}}]", "unknown TLS version: TLS9"],
  [
    "scrape_configs: [{%, proxy_connect_header: {a: [b]}}]",
    "if proxy_connect_header is configured, proxy_url or proxy_from_environment must also be configured",
  ],
  [
    "scrape_configs: [{%, proxy_from_environment: true, proxy_url: 'http://p'}]",
    "if proxy_from_environment is configured, proxy_url must not be configured",
  ],
  [
    "scrape_configs: [{%, proxy_from_environment: true, no_proxy: a}]",
    "if proxy_from_environment is configured, no_proxy must not be configured",
  ],
  [
    "scrape_configs: [{%, no_proxy: a}]",
    "if no_proxy is configured, proxy_url must also be configured",
  ],
  ["scrape_configs: [{%, proxy_url: ':x'}]", 'parse ":x": missing protocol scheme'],
  [
    "scrape_configs: [{%, proxy_url: 'http://p:x'}]",
    'parse "http://p:x": invalid port ":x" after host',
  ],
  [
    "scrape_configs: [{%, http_headers: {user-agent: {values: [a]}}}]",
    'setting header "User-Agent" is not allowed',
  ],
  // Discovery.
  [
    "scrape_configs: [{%, consul_sd_configs: [{server: a}]}]",
    "consul_sd_configs is not supported; let a program serve these targets to http_sd_configs or write them for file_sd_configs",
  ],
  [
    "scrape_configs: [{%, consult_sd_configs: []}]",
    "field consult_sd_configs not found in type config.ScrapeConfig",
  ],
  ["scrape_configs: [{%, file_sd_configs: [null]}]", "empty or null section in file_sd_configs"],
  [
    "scrape_configs: [{%, file_sd_configs: [{files: []}]}]",
    "file service discovery config must contain at least one path name",
  ],
  [
    "scrape_configs: [{%, file_sd_configs: [{files: [a.txt]}]}]",
    'path name "a.txt" is not valid for file discovery',
  ],
  ["scrape_configs: [{%, http_sd_configs: [{url: ''}]}]", "URL is missing"],
  [
    "scrape_configs: [{%, http_sd_configs: [{url: 'a.b'}]}]",
    "URL scheme must be 'http' or 'https'",
  ],
  [
    "scrape_configs: [{%, http_sd_configs: [{url: 'ftp://a'}]}]",
    "URL scheme must be 'http' or 'https'",
  ],
  ["scrape_configs: [{%, http_sd_configs: [{url: 'http://'}]}]", "host is missing in URL"],
  [
    "scrape_configs: [{%, http_sd_configs: [{url: 'http://a', bearer_token: a, bearer_token_file: b}]}]",
    "at most one of bearer_token & bearer_token_file must be configured",
  ],
  [
    "scrape_configs: [{%, dns_sd_configs: [{type: A}]}]",
    "DNS-SD config must contain at least one SRV record name",
  ],
  [
    "scrape_configs: [{%, dns_sd_configs: [{names: [a], type: A}]}]",
    "a port is required in DNS-SD configs for all record types except SRV",
  ],
  [
    "scrape_configs: [{%, dns_sd_configs: [{names: [a], type: TXT}]}]",
    "invalid DNS-SD records type TXT",
  ],
  ["scrape_configs: [{%, docker_sd_configs: [{port: 1}]}]", "host missing"],
  [
    "scrape_configs: [{%, kubernetes_sd_configs: [{namespaces: {names: [a]}}]}]",
    "role missing (one of: pod, service, endpoints, endpointslice, node, ingress)",
  ],
  [
    "scrape_configs: [{%, kubernetes_sd_configs: [{role: vacation}]}]",
    'unknown Kubernetes SD role "vacation"',
  ],
  [
    "scrape_configs: [{%, kubernetes_sd_configs: [{role: pod, api_server: 'http://a', kubeconfig_file: b}]}]",
    "cannot use 'kubeconfig_file' and 'api_server' simultaneously",
  ],
  [
    "scrape_configs: [{%, kubernetes_sd_configs: [{role: pod, kubeconfig_file: b, enable_http2: false}]}]",
    "cannot use a custom HTTP client configuration together with 'kubeconfig_file'",
  ],
  [
    "scrape_configs: [{%, kubernetes_sd_configs: [{role: pod, bearer_token: b}]}]",
    "to use custom HTTP client configuration please provide the 'api_server' URL explicitly",
  ],
  [
    "scrape_configs: [{%, kubernetes_sd_configs: [{role: pod, api_server: 'http://a', namespaces: {own_namespace: true}}]}]",
    "cannot use 'api_server' and 'namespaces.own_namespace' simultaneously",
  ],
  [
    "scrape_configs: [{%, kubernetes_sd_configs: [{role: pod, kubeconfig_file: a, namespaces: {own_namespace: true}}]}]",
    "cannot use 'kubeconfig_file' and 'namespaces.own_namespace' simultaneously",
  ],
  [
    "scrape_configs: [{%, kubernetes_sd_configs: [{role: pod, namespaces: {foo: a}}]}]",
    "field foo not found in type kubernetes.plain",
  ],
  ...(
    [
      ["endpoints", "pod, service, endpoints"],
      ["endpointslice", "pod, service, endpointslice"],
      ["ingress", "ingress"],
      ["node", "node"],
      ["service", "service"],
    ] as const
  ).map(
    ([role, allowed]) =>
      [
        `scrape_configs: [{%, kubernetes_sd_configs: [{role: ${role}, selectors: [{role: ${role === "ingress" ? "node" : "ingress"}}]}]}]`,
        `${role} role supports only ${allowed} selectors`,
      ] as const,
  ),
  [
    "scrape_configs: [{%, kubernetes_sd_configs: [{role: pod, selectors: [{role: service}]}]}]",
    "pod role supports only pod, node selectors",
  ],
  [
    "scrape_configs: [{%, kubernetes_sd_configs: [{role: pod, selectors: [{role: pod}, {role: pod}]}]}]",
    "duplicated selector role: pod",
  ],
  [
    "scrape_configs: [{%, kubernetes_sd_configs: [{role: pod, selectors: [{role: pod, field: status-Running}]}]}]",
    "invalid selector: 'status-Running'; can't understand 'status-Running'",
  ],
  // Alerting.
  ["alerting: {alert_relabel_configs: [null]}", "empty or null alert relabeling rule"],
  [
    "alerting: {alert_relabel_configs: [{action: hashmod}]}",
    "relabel configuration for hashmod requires non-zero modulus",
  ],
  ["alerting: {alertmanagers: [null]}", "empty or null Alertmanager config section"],
  [
    "alerting: {alertmanagers: [{&, api_version: v1}]}",
    "expected Alertmanager api version to be one of [v2] but got v1",
  ],
  [
    "alerting: {alertmanagers: [{&, nope: 1}]}",
    "field nope not found in type config.AlertmanagerConfig",
  ],
  [
    "alerting: {alertmanagers: [{relabel_configs: [null]}]}",
    "empty or null Alertmanager target relabeling rule",
  ],
  [
    "alerting: {alertmanagers: [{alert_relabel_configs: [null]}]}",
    "empty or null Alertmanager alert relabeling rule",
  ],
  [
    "alerting: {alertmanagers: [{static_configs: [{targets: ['http://x']}]}]}",
    '"http://x" is not a valid hostname',
  ],
  // Remote storage.
  ["remote_write: [null]", "empty or null remote write config section"],
  ["remote_write: [{name: a}]", "url for remote_write is empty"],
  [
    "remote_write: [{url: 'http://a', name: a}, {url: 'http://b', name: a}]",
    'found multiple remote write configs with job name "a"',
  ],
  [
    "remote_write: [{url: 'http://a', write_relabel_configs: [null]}]",
    "empty or null relabeling rule in remote write config",
  ],
  [
    "remote_write: [{url: 'http://a', write_relabel_configs: [{action: replace}]}]",
    "relabel configuration for replace action requires 'target_label' value",
  ],
  [
    "remote_write: [{url: 'http://a', headers: {Content-Type: b}}]",
    "Content-Type is a reserved header. It must not be changed",
  ],
  [
    "remote_write: [{url: 'http://a', headers: {Authorization: b}}]",
    "authorization header must be changed via the basic_auth, authorization, oauth2, sigv4, azuread or google_iam parameter",
  ],
  [
    "remote_write: [{url: 'http://a', protobuf_message: x}]",
    "invalid protobuf_message value: unknown type for remote write protobuf message x, supported: prometheus.WriteRequest, io.prometheus.write.v2.Request",
  ],
  ...["max_shards", "min_shards", "max_samples_per_send", "capacity"].map(
    (key) =>
      [
        `remote_write: [{url: 'http://a', queue_config: {${key}: 0}}]`,
        `remote write queue ${key} must be positive`,
      ] as const,
  ),
  [
    "remote_write: [{url: 'http://a', queue_config: null}]",
    "remote write queue max_shards must be positive",
  ],
  [
    "remote_write: [{url: 'http://a', queue_config: {min_shards: 9, max_shards: 8}}]",
    "remote write queue min_shards must not be greater than max_shards",
  ],
  [
    "remote_write: [{url: 'http://a', queue_config: {min_backoff: 9s}}]",
    "remote write queue max_backoff must not be less than min_backoff",
  ],
  [
    "remote_write: [{url: 'http://a', sigv4: {region: b}}]",
    "sigv4 is not supported; let a proxy such as aws-sigv4-proxy sign the requests",
  ],
  ["remote_read: [null]", "empty or null remote read config section"],
  ["remote_read: [{name: a}]", "url for remote_read is empty"],
  [
    "remote_read: [{url: 'http://a', name: a}, {url: 'http://b', name: a}]",
    'found multiple remote read configs with job name "a"',
  ],
  // The rest.
  [
    "storage: {tsdb: {retention: {size: -1GB}}}",
    "'storage.tsdb.retention.size' must be greater than or equal to 0, got -1GiB",
  ],
  ["storage: {tsdb: {retention: {time: -1h}}}", 'not a valid duration string: "-1h"'],
  [
    "storage: {tsdb: {retention: {percentage: 101}}}",
    "'storage.tsdb.retention.percentage' must be in the range [0, 100], got 101",
  ],
  [
    "storage: {tsdb: {chunk_encoding: {floats: XOR}}}",
    "'storage.tsdb.chunk_encoding.floats' must be 'xor' or 'xor2', or the field must be omitted entirely, got \"XOR\"",
  ],
  ["storage: {exemplars: {nope: 1}}", "field nope not found in type config.ExemplarsConfig"],
  ["tracing: {insecure: true}", "tracing endpoint must be set"],
  [
    "tracing: {endpoint: a, client_type: x}",
    "expected tracing client type to be to be http or grpc, but got x",
  ],
  [
    "tracing: {endpoint: a, compression: foo}",
    "invalid compression type foo provided, valid options: gzip",
  ],
  [
    "tracing: {endpoint: a, headers: {authorization: b}}",
    "custom authorization header configuration is not yet supported",
  ],
  [
    "otlp: {promote_all_resource_attributes: true, promote_resource_attributes: [a]}",
    "'promote_all_resource_attributes' and 'promote_resource_attributes' cannot be configured simultaneously",
  ],
  [
    "otlp: {ignore_resource_attributes: [a]}",
    "'ignore_resource_attributes' cannot be configured unless 'promote_all_resource_attributes' is true",
  ],
  [
    "otlp: {promote_resource_attributes: [a, ' ', a]}",
    "invalid 'promote_resource_attributes': empty promoted OTel resource attribute\nduplicated promoted OTel resource attribute \"a\"",
  ],
  ["otlp: {translation_strategy: x}", 'unsupported OTLP translation strategy "x"'],
  [
    "{otlp: {translation_strategy: NoTranslation}, global: {metric_name_validation_scheme: legacy}}",
    'OTLP translation strategy "NoTranslation" is not allowed when UTF8 is disabled',
  ],
];

const stands: Readonly<Record<string, string>> = { "%": "job_name: j", "&": "scheme: http" };

for (const [text, message] of refused) {
  test(`${text.replaceAll("\n", " ⏎ ")} is refused: ${message.replaceAll("\n", " ⏎ ")}`, () => {
    const whole = text.replace(/(?<=[{] ?)[%&](?=[,}])/g, (mark) => stands[mark] ?? mark);
    assert.throws(
      () => parse(whole),
      (error) => {
        assert.ok(error instanceof ConfigError, String(error));
        // Type errors stand in upstream's frame; a row that is about one of them leaves the frame out.
        const shown = message.startsWith("line ") || /^(?:field|cannot) /.test(message);
        const expected = shown
          ? error.message.includes(message)
          : error.message.startsWith(message);
        assert.ok(expected, `it says: ${error.message}`);
        return true;
      },
    );
  });
}

test("options without an effect are told of", () => {
  const text =
    "{tracing: {endpoint: a:1}, storage: {tsdb: {stale_series_compaction_threshold: 0.5}}}";
  assert.deepEqual(unsupportedOptions(parse(text)), [
    "tracing is not supported: no spans are sent to a:1",
    "stale_series_compaction_threshold is not supported: the head is compacted as a whole",
  ]);
  assert.deepEqual(unsupportedOptions(parse("")), []);
});

function parse(text: string, env: Readonly<Record<string, string>> = {}) {
  return parseConfig(text, {
    directory: "/etc/prometheus",
    env: (name) => env[name],
    defaults: configDefaults,
  });
}
