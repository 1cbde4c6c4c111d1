export {
  alertmanagerConfigOf,
  type AlertmanagerPart,
  alertmanagerPart,
} from "./alertmanager-config.ts";
export type { Entries, EntryTexts, OwnIdentity } from "./entries.ts";
export { podMonitorJobs } from "./pod-monitor.ts";
export { probeJob } from "./probe.ts";
export { ruleFileOf } from "./prometheus-rule.ts";
export { InvalidObjectError } from "./refusal.ts";
export { scrapeConfigJob } from "./scrape-config.ts";
export type { ScrapeJob } from "./scrape-job.ts";
export { serviceMonitorJobs } from "./service-monitor.ts";
export type { DroppedTarget, EngineFacts, RuleFacts, TargetFacts } from "./why/engine-facts.ts";
export type { Explanation, Finding } from "./why/explanation.ts";
export { explainProbe, explainPrometheusRule, explainScrapeConfig } from "./why/other.ts";
export { explainPodMonitor } from "./why/pod-monitor.ts";
export { explainServiceMonitor } from "./why/service-monitor.ts";
