export { type Alert, alertOf, commonLabels, compareAlerts, isResolved } from "./alert/alert.ts";
export { AlertStore } from "./alert/alert-store.ts";
export { fingerprintOf } from "./alert/fingerprint.ts";
export {
  Alertmanager,
  type AlertmanagerDeps,
  type AlertmanagerSettings,
  type AlertStatus,
} from "./alertmanager.ts";
export {
  type AlertmanagerServerDeps,
  type ClusterStatus,
  createAlertmanagerServer,
  type ServerSettings,
} from "./api/server.ts";
export {
  type AlertmanagerConfig,
  type ParseOptions,
  parseAlertmanagerConfig,
  type ReceiverConfig,
} from "./config/alertmanager-config.ts";
export { inhibitRuleOf } from "./config/inhibit-config.ts";
export { routeSpecOf } from "./config/route-config.ts";
export { resolveIntervals } from "./config/time-interval-config.ts";
export {
  encodeLogChange,
  encodeSilenceChange,
  sharedLog,
  sharedSilences,
} from "./cluster/peer-state.ts";
export { below } from "./api/base-path.ts";
export { receiverKindNames } from "./receivers/receiver-kinds.ts";
export type {
  OnCallGroup,
  ReceiverDeps,
  ReceiverEntry,
  TakeOnCall,
} from "./receivers/receiver-kind.ts";
export { renderedRouteLabels } from "./receivers/route-labels.ts";
export { NotificationTemplates } from "./template/notification-templates.ts";
export { MatcherError } from "./match/matcher-error.ts";
export {
  type MatcherSyntax,
  type ParsedMatchers,
  parseMatcher,
  parseMatchers,
} from "./match/parse-matchers.ts";
export {
  type FailureReason,
  type Integration,
  type Notification,
  SendError,
} from "./notify/integration.ts";
export { type LogEntry, NotificationLog } from "./notify/notification-log.ts";
export type { NotificationReason } from "./notify/notification-reason.ts";
export type { GroupSnapshot, Peers, SendAttempt } from "./notify/pipeline.ts";
export type { OnSuppressed, Suppression } from "./notify/suppression.ts";
export { formatMatchers } from "./route/format-matchers.ts";
export {
  groupKeyOf,
  matchRoutes,
  type Route,
  routeDefaults,
  type RouteOptions,
  type RouteSpec,
  routeTree,
} from "./route/route.ts";
export { type InhibitRule, type Inhibition, Inhibitor } from "./suppress/inhibitor.ts";
export {
  type Silence,
  SilenceError,
  type SilenceLimits,
  type SilenceRequest,
  Silences,
  type SilenceState,
  silenceState,
} from "./suppress/silences.ts";
export { type StateDisk, StateFile } from "./state/state-file.ts";
export { isWithin, type NumberRange, type TimeInterval } from "./suppress/time-interval.ts";
export { letterDate, letterOf } from "./receivers/letter.ts";
export { SmtpClient, SmtpError } from "./receivers/smtp-client.ts";
