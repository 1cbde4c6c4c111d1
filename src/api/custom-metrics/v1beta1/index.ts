export {
  metricValue,
  metricValueList,
  type MetricValue,
  type MetricValueList,
} from "./metric-value.ts";
