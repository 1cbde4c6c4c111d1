export { ApiError, type ApiErrorType } from "./api-error.ts";
export { type ApiAnswer, answerOf, emptyResponse, textResponse } from "./answer.ts";
export { type OriginTest } from "./cors.ts";
export type {
  AlertingRuleView,
  AlertmanagerSource,
  AlertView,
  Cardinality,
  CountedName,
  DatabaseSource,
  DroppedTargetView,
  ExemplarSource,
  HeadFacts,
  NotificationSource,
  NotificationView,
  PageFile,
  PageFiles,
  RecordingRuleView,
  RelabelStepView,
  RuleGroupView,
  RuleSource,
  RuleView,
  SeriesExemplars,
  ServerFacts,
  TargetMetadata,
  TargetSource,
  TargetView,
} from "./ports.ts";
export type { ApiRequest } from "./request.ts";
export type { ApiRoute } from "./route.ts";
export { adminRoutes } from "./routes/admin.ts";
export { exemplarRoutes } from "./routes/exemplars.ts";
export { statisticsJson } from "./json/query-json.ts";
export { labelRoutes } from "./routes/labels.ts";
export { shapeRoutes } from "./routes/shapes.ts";
export { agentRoutes, agentStorage } from "./routes/agent.ts";
export { type FederationDeps, federationRoute, metricsRoute } from "./routes/metrics.ts";
export { notificationRoutes } from "./routes/notifications.ts";
export { openapiRoute } from "./routes/openapi.ts";
export { queryRoutes } from "./routes/query.ts";
export { readRoutes, type ReadResponder } from "./routes/read.ts";
export { ruleRoutes } from "./routes/rules.ts";
export { type SearchDeps, searchRoutes } from "./routes/search.ts";
export { selfMetricsRoutes } from "./routes/self-metrics.ts";
export { statusRoutes, walReplayRoute } from "./routes/status.ts";
export { syntaxRoutes } from "./routes/syntax.ts";
export { targetRoutes } from "./routes/targets.ts";
export { type WriteAnswer, type WriteReceiver, writeRoutes } from "./routes/write.ts";
export { type ProgramFacts, type WebOptions, webRoutes } from "./routes/web.ts";
export {
  createPromServer,
  type PromServerDeps,
  type PromServerOptions,
  type WebRoute,
} from "./server.ts";
