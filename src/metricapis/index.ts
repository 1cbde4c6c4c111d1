export { CatalogKeeper, type RuleReport, type RuleSource } from "./catalog-keeper.ts";
export type { ApiResource } from "./api-resource.ts";
export { customMetricsGroup, type ObjectNames } from "./custom-metrics.ts";
export {
  externalMetricsGroup,
  type ExternalQuestion,
  externalRules,
  type ExternalSource,
} from "./external-metrics.ts";
export {
  type PromQueries,
  QueriesUnavailable,
  type QueriedValue,
  QueryRefusal,
  type SeriesShape,
} from "./prom-queries.ts";
