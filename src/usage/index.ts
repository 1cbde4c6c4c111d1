export {
  collectorDefaults,
  type CollectorDeps,
  type CollectorOptions,
  UsageCollector,
} from "./collector.ts";
export { parseReading } from "./parse-reading.ts";
export { type NodeReading, podKeyOf, type UsagePoint } from "./reading.ts";
export { UsageBook, type UsageBookOptions } from "./usage-book.ts";
export {
  type UsageObjects,
  type UsageObjectsDeps,
  usageOfNodes,
  usageOfPods,
} from "./usage-objects.ts";
