export { type BackoffOptions, backoffMs } from "./backoff.ts";
export type {
  ApplyOptions,
  Client,
  DeleteOptions,
  Informer,
  InformerOptions,
  ListOptions,
  ObjectCache,
  ObjectChange,
  ObjectList,
  Patch,
  PlainRequest,
  ResourceClient,
  WatchEvent,
  WatchOptions,
  WriteOptions,
} from "./client.ts";
export {
  type EventFacts,
  type EventRecorder,
  type EventRecorderDeps,
  type EventRecorderOptions,
  type EventSubject,
  QueueingEventRecorder,
} from "./event-recorder.ts";
export { createInformer, type InformerDeps } from "./informer.ts";
export { InformerSet } from "./informer-set.ts";
export {
  type LeaderElectionOptions,
  LeaderElector,
  type LeaderElectorDeps,
} from "./leader-election/leader-elector.ts";
export { leaderElectionDefaults, type LeaderElectionTimes } from "./leader-election/plan.ts";
export { findControllerUid, formatKey, keyOfObject, parseKey } from "./object-cache.ts";
export { ClientRequestMetrics } from "./request-metrics.ts";
export {
  type CommandStreams,
  createPodStreams,
  type LogQuery,
  type PodCommand,
  type PodStreams,
  type TerminalSize,
} from "./pod-streams.ts";
export {
  createObjectClient,
  type ObjectApplyOptions,
  type ObjectClient,
  type ObjectListOptions,
} from "./object-client.ts";
export type { KindAddress } from "./request-path.ts";
export { createClient } from "./resource-client.ts";
export {
  type Outcome,
  revisitAfter,
  settled,
  WorkQueue,
  type WorkQueueDeps,
  workQueueDefaults,
  type WorkQueueOptions,
} from "./work-queue.ts";
export { type QueueObserver, unobservedQueue, WorkQueueMetrics } from "./work-queue-metrics.ts";
