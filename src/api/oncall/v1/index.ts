export {
  burnRatePolicy,
  type BurnRatePolicy,
  burnRatePolicySpec,
  type BurnRatePolicySpec,
} from "./burn-rate-policy.ts";
export {
  contactMethod,
  type ContactMethod,
} from "./contact-method.ts";
export {
  escalationPolicy,
  type EscalationPolicy,
  escalationPolicySpec,
  type EscalationPolicySpec,
  escalationStep,
  type EscalationStep,
} from "./escalation-policy.ts";
export {
  chatService,
  type ChatService,
  onCallConfig,
  type OnCallConfig,
  onCallConfigSpec,
  type OnCallConfigSpec,
  outsideHeartbeat,
  type OutsideHeartbeat,
  smtpServer,
  type SmtpServer,
  telephoneService,
  type TelephoneService,
  webPushSender,
  type WebPushSender,
} from "./on-call-config.ts";
export {
  onCallHeartbeat,
  type OnCallHeartbeat,
  onCallHeartbeatSpec,
  type OnCallHeartbeatSpec,
} from "./on-call-heartbeat.ts";
export {
  dutyTimes,
  type DutyTimes,
  onCallSchedule,
  type OnCallSchedule,
  onCallScheduleSpec,
  type OnCallScheduleSpec,
  onCallScheduleStatus,
  type OnCallScheduleStatus,
  rotationLayer,
  type RotationLayer,
  scheduleOverride,
  type ScheduleOverride,
  scheduleSwap,
  type ScheduleSwap,
} from "./on-call-schedule.ts";
export {
  onCallService,
  type OnCallService,
  onCallServiceSpec,
  type OnCallServiceSpec,
} from "./on-call-service.ts";
export {
  onCallTeam,
  type OnCallTeam,
  onCallTeamSpec,
  type OnCallTeamSpec,
} from "./on-call-team.ts";
export {
  absence,
  type Absence,
  notificationRule,
  type NotificationRule,
  onCallUser,
  type OnCallUser,
  onCallUserSpec,
  type OnCallUserSpec,
} from "./on-call-user.ts";
export {
  pageBudget,
  type PageBudget,
} from "./page-budget.ts";
export {
  secretKeyRef,
  type SecretKeyRef,
  secretSource,
  type SecretSource,
} from "./secret-source.ts";
export {
  sigmaBackTest,
  type SigmaBackTest,
  sigmaBackTestResult,
  type SigmaBackTestResult,
  sigmaBaseline,
  type SigmaBaseline,
  sigmaLevel,
  type SigmaLevel,
  sigmaLevelResult,
  type SigmaLevelResult,
  sigmaPolicy,
  type SigmaPolicy,
  sigmaPolicySpec,
  type SigmaPolicySpec,
  sigmaPolicyStatus,
  type SigmaPolicyStatus,
  sigmaSeriesResult,
  type SigmaSeriesResult,
} from "./sigma-policy.ts";
export {
  acceptanceStatus,
  type AcceptanceStatus,
} from "./status.ts";
