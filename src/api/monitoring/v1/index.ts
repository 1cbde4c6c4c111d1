export {
  podMetricsEndpoint,
  podMonitor,
  podMonitorSpec,
  type PodMetricsEndpoint,
  type PodMonitor,
  type PodMonitorSpec,
} from "./pod-monitor.ts";
export {
  probe,
  probeParam,
  probeSpec,
  probeTargetIngress,
  probeTargets,
  probeTargetStaticConfig,
  proberSpec,
  type Probe,
  type ProbeSpec,
} from "./probe.ts";
export {
  prometheusRule,
  prometheusRuleSpec,
  rule,
  ruleGroup,
  type PrometheusRule,
  type PrometheusRuleSpec,
  type Rule,
  type RuleGroup,
} from "./prometheus-rule.ts";
export {
  basicAuth,
  oauth2,
  safeAuthorization,
  safeTlsConfig,
  secretOrConfigMap,
  tlsConfig,
  type BasicAuth,
  type Oauth2,
  type SafeAuthorization,
  type SafeTlsConfig,
  type SecretOrConfigMap,
  type TlsConfig,
} from "./http-client.ts";
export {
  namespaceSelector,
  relabelConfig,
  type NamespaceSelector,
  type RelabelConfig,
} from "./scraping.ts";
export {
  endpoint,
  serviceMonitor,
  serviceMonitorSpec,
  type Endpoint,
  type ServiceMonitor,
  type ServiceMonitorSpec,
} from "./service-monitor.ts";
export {
  configResourceCondition,
  configResourceStatus,
  workloadBinding,
  type ConfigResourceCondition,
  type ConfigResourceStatus,
  type WorkloadBinding,
} from "./status.ts";
