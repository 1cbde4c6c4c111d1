export {
  externalMetricValue,
  externalMetricValueList,
  type ExternalMetricValue,
  type ExternalMetricValueList,
} from "./metric-value.ts";
