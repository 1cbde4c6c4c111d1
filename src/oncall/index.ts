export { type Finding, type AuditorDeps, audit, runAuditor } from "./engine/auditor.ts";
export { type Leadership, leadsAlone } from "./engine/leadership.ts";
export { OnCall, type OnCallDeps } from "./engine/on-call.ts";
export { type Courier, DeliveryError, type Page } from "./engine/page.ts";
export { type AlertReport, type Command, RefusedError } from "./incident/decide.ts";
export { Ledger } from "./incident/ledger.ts";
export { type ThrottleLimits, throttleDefaults } from "./incident/throttle.ts";
export { explain, type Reason, summarize } from "./incident/why.ts";
export { type CompactedLog, LogConflict } from "./log/event-log.ts";
export { FileLog, type LogDisk } from "./log/file-log.ts";
export { RecordLog } from "./log/record-log.ts";
export { RecordConflict, type Records, type StoredRecord } from "./log/records.ts";
export { keptAfter, retentionDefaultMs } from "./log/retention.ts";
export type { ContactKind, ContactMethod, Roster, Service, Team, User } from "./roster.ts";
export { defaultPolicy, type Policy, type Step, type Target } from "./escalation/policy.ts";
export { type SuppressionCause, type Verdict, verdicts } from "./incident/event.ts";
export type { Incident } from "./incident/incident.ts";
export { contactKinds, type Heartbeat, type PageBudget } from "./roster.ts";
export {
  type Absence,
  type Duty,
  finalSchedule,
  type Layer,
  type Override,
  type Schedule,
  type Swap,
} from "./schedule/schedule.ts";
export { createCourier, type CourierDeps, type Ways } from "./deliver/courier.ts";
export type { Mail, SendMail } from "./deliver/mail.ts";
export type { Outbound } from "./deliver/post.ts";
export { SignedLinks } from "./deliver/signed-links.ts";
export { applicationServerKey, type WebPushCrypto } from "./deliver/web-push.ts";
export type { Credentials, Identity } from "./api/access.ts";
export { createOnCallServer, type OnCallServerDeps } from "./api/server.ts";
export { preFlight, type PreFlightFinding } from "./config/pre-flight.ts";
export { Heartbeats, type HeartbeatDeps } from "./intake/heartbeats.ts";
export { type OncallConfig, parseOncallConfig } from "./config/load-roster.ts";
export { withTeamServices } from "./config/team-services.ts";
export type { SmtpConfig } from "./config/oncall-config.ts";
export { type SuppressedReport, SuppressionNotes } from "./engine/suppression-notes.ts";
export { type AlertGroup, takeGroup } from "./intake/take-group.ts";
export { IntakeError } from "./intake/report.ts";
export { type AlertReason, explainAlert } from "./report/why-alert.ts";
export { PagingMetrics } from "./engine/paging-metrics.ts";
