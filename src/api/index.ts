export { type ApplyRequest, applyConfiguration } from "./apply/apply-configuration.ts";
export { type FieldSet, fieldSetOf } from "./apply/field-set.ts";
export { type KindVersions, singleVersion } from "./apply/kind-versions.ts";
export type { ResetFields } from "./apply/move-ownership.ts";
export { fieldElement } from "./apply/path-element.ts";
export { type TrackedUpdate, trackUpdate, withTimesKept } from "./apply/track-update.ts";
export { type WriteTarget, writeTargetOf } from "./apply/write-target.ts";
export {
  applyJsonPatch,
  decodeJsonPatch,
  type DecodedJsonPatch,
  type JsonPatchOperation,
} from "./patch/json-patch.ts";
export { applyMergePatch } from "./patch/merge-patch.ts";
export { applyStrategicMergePatch } from "./patch/strategic-merge-patch.ts";
export { decodeDocument, type JsonDocument } from "./codec/decode-document.ts";
export {
  type Decoded,
  decodeJson,
  decodeJsonText,
  type DecodeOptions,
  decodeValue,
  type FieldValidation,
} from "./codec/decode-json.ts";
export {
  decodeProtobuf,
  type DecodeProtobufOptions,
  type ProtobufEnvelope,
  readProtobufEnvelope,
} from "./codec/decode-protobuf.ts";
export { encodeProtobuf, encodeWatchFrame } from "./codec/encode-protobuf.ts";
export {
  allKinds,
  allStructs,
  customKinds,
  findKind,
  findResource,
  isKind,
  type ResourceKind,
  servedKinds,
} from "./catalog.ts";
export { listKindOf } from "./list-kind.ts";
export {
  type DiscoveryDocuments,
  type DiscoveryOptions,
  discoveryOf,
  type DynamicGroupFacts,
} from "./publish/discovery.ts";
export {
  gitVersion,
  kubernetesVersion,
  serverVersion,
  type ServerVersionFacts,
} from "./publish/server-version.ts";
export { decodeYaml } from "./codec/decode-yaml.ts";
export { formatYaml, parseYaml, type YamlDocument } from "./codec/yaml.ts";
export { decodeStoredJson } from "./codec/decode-json.ts";
export { encodeJson, encodeJsonText, normalObject } from "./codec/encode-json.ts";
export { apiVersionOf } from "./codec/type-meta.ts";
export { parseSchedule, type Schedule } from "./cron-schedule.ts";
export {
  escapeFieldValue,
  type FieldRequirement,
  formatFieldSelector,
  matchesFields,
  parseFieldSelector,
} from "./field-selector.ts";
export {
  formatGoValue,
  formatSortedJson,
  isJsonList,
  isJsonObject,
  listAt,
  objectAt,
  textAt,
  valueAt,
  withValueAt,
} from "./json-value.ts";
export { formatHumanDuration } from "./human-duration.ts";
export { parsePercent, type Rounding, scaleIntOrPercent } from "./int-or-string.ts";
export {
  compileLabelSelector,
  type CompiledLabelSelector,
  everyLabel,
  formatLabelSelector,
  type LabelOperator,
  type LabelRequirement,
  type Labels,
  labelSelectorOf,
  matchesLabels,
  noLabel,
  parseLabelSelector,
} from "./label-selector.ts";
export {
  configKeyProblems,
  dns1035LabelProblems,
  dns1123LabelProblems,
  dns1123SubdomainProblems,
  envVarNameProblems,
  labelKeyProblems,
  labelValueProblems,
  pathSegmentProblems,
  portNameProblems,
  rangeProblems,
  wildcardSubdomainProblems,
} from "./names.ts";
export {
  matchesNodeTerm,
  matchesNodeTerms,
  nodeLabelOf,
  type SelectableNode,
  toleratesTaint,
} from "./node-selector.ts";
export {
  addQuantities,
  canonicalQuantity,
  compareQuantities,
  formatQuantity,
  milliQuantityOf,
  parseQuantity,
  type Quantity,
  type QuantityFormat,
  quantityMillis,
  quantityOf,
  quantityUnits,
  subtractQuantities,
  zeroQuantity,
} from "./quantity.ts";
export {
  type AnyKind,
  type AnySchema,
  type AnyStruct,
  asJsonObject,
  asObjectOf,
  type ApiPackage,
  type Field,
  type Fields,
  type JsonObject,
  type JsonValue,
  type KindSchema,
  type Limits,
  type ListSchema,
  type Live,
  type LiveMetadata,
  type MapSchema,
  type ObjectKey,
  type ObjectOf,
  type ResourceFacts,
  type ScalarName,
  type ScalarSchema,
  type Schema,
  type StructSchema,
  type StructValue,
  type SubresourceFacts,
  type TypeOf,
} from "./schema/schema.ts";
export { isSemanticallyEqual } from "./semantic-equality.ts";
export {
  alreadyExists,
  badRequest,
  conflict,
  type FieldError,
  forbidden,
  hasReason,
  invalid,
  notFound,
  qualifiedName,
  type ResourceName,
  StatusError,
  type StatusErrorOptions,
  type StatusReason,
  statusOf,
} from "./status-error.ts";
export {
  canonicalMicroTime,
  canonicalTime,
  formatDuration,
  formatDurationNanos,
  formatMicroTime,
  formatTime,
  parseDuration,
  parseDurationNanos,
  parseTime,
} from "./time.ts";
export { ValueError } from "./value-error.ts";
export { openApiV2Of } from "./openapi/document-v2.ts";
export { type OpenApiV3, type OpenApiV3Document, openApiV3Of } from "./openapi/document-v3.ts";
export { encodeOpenApiV2 } from "./openapi/gnostic.ts";
export { type QosClass, qosClassOf } from "./qos-class.ts";
export {
  isResizeInfeasible,
  specWithEffectiveResources,
} from "./quota/effective-resources.ts";
export { kindCounts, usageOfObject } from "./quota/object-usage.ts";
export { podAmounts, podRequests, unspecifiedAmounts } from "./quota/pod-amounts.ts";
export { withRecommendation } from "./verticalautoscaling/recommended-resources.ts";
export { quotaCovers } from "./quota/scopes.ts";
export {
  addUsage,
  formatUsage,
  maskUsage,
  parseUsage,
  subtractUsage,
  type Usage,
} from "./quota/usage.ts";
