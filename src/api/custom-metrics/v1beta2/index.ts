export {
  metricIdentifier,
  metricValue,
  metricValueList,
  type MetricIdentifier,
  type MetricValue,
  type MetricValueList,
} from "./metric-value.ts";
