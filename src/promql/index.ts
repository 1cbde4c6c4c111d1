export type { ActiveQuery } from "./active-queries.ts";
export {
  createEngine,
  type EngineDeps,
  type InstantQueryOptions,
  type ParsedQuery,
  type Query,
  type QueryEngine,
  type QueryOptions,
  type RangeQueryOptions,
} from "./engine.ts";
export { defaultEngineOptions, type EngineOptions } from "./engine-options.ts";
export type { FinishedQuery, QueryObserver, QueryOrigin } from "./query-observer.ts";
export { QueryError, type QueryErrorKind } from "./query-error.ts";
export type {
  MatrixSeries,
  MatrixValue,
  ExplainedExpr,
  QueryAnnotations,
  QueryResult,
  QueryStatistics,
  QueryValue,
  SampleStatistics,
  ScalarValue,
  StepStatistics,
  StringValue,
  VectorSample,
  VectorValue,
} from "./result.ts";
export { SequenceError } from "./script/histogram-notation.ts";
export { MemoryStorage } from "./script/memory-storage.ts";
export type { SequenceValue } from "./script/script.ts";
export { parseSeriesLine, parseStartOffsets } from "./script/series-line.ts";
export type {
  Aggregation,
  AggregationOperator,
  AtModifier,
  BinaryExpr,
  BinaryOperator,
  Call,
  Duration,
  Expr,
  MatrixSelector,
  NumberLiteral,
  ParenExpr,
  Span,
  StepInvariantExpr,
  StringLiteral,
  Subquery,
  TimeModifiers,
  UnaryExpr,
  ValueType,
  VectorMatching,
  VectorSelector,
} from "./syntax/ast.ts";

export { exprToJson, type Json } from "./syntax/ast-json.ts";
export { checkTypes } from "./syntax/check-types.ts";
export { type FunctionSignature, functions } from "./syntax/functions.ts";
export { defaultParserOptions, type ParserOptions } from "./syntax/options.ts";
export { PromqlError } from "./syntax/parse-error.ts";
export { parseExpr, parseMetric, parseMetricSelector } from "./syntax/parser.ts";
export { positionOf } from "./syntax/position.ts";
export { prettyExpr } from "./syntax/prettier.ts";
export { formatExpr } from "./syntax/printer.ts";
export {
  DurationValueError,
  type QueryLengths,
  resolveDurations,
} from "./syntax/resolve-durations.ts";
export { childrenOf, extractSelectors, mapChildren, valueTypeOf } from "./syntax/walk.ts";
