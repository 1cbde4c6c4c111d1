export {
  alertmanagerConfigOf,
  type AlertmanagerPart,
  alertmanagerPart,
} from "./alertmanager-config.ts";
export type { Entries, EntryTexts } from "./entries.ts";
export { podMonitorJobs } from "./pod-monitor.ts";
export { probeJob } from "./probe.ts";
export { ruleFileOf } from "./prometheus-rule.ts";
export { InvalidObjectError } from "./refusal.ts";
export { scrapeConfigJob } from "./scrape-config.ts";
export type { ScrapeJob } from "./scrape-job.ts";
export { serviceMonitorJobs } from "./service-monitor.ts";
