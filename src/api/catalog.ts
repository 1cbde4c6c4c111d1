/** Every declared kind, by what requests call it. */

import * as admission from "./admission/v1/index.ts";
import * as admissionregistration from "./admissionregistration/v1/index.ts";
import * as apiextensions from "./apiextensions/v1/index.ts";
import * as apiregistration from "./apiregistration/v1/index.ts";
import * as apidiscovery from "./apidiscovery/v2/index.ts";
import * as apps from "./apps/v1/index.ts";
import * as authentication from "./authentication/v1/index.ts";
import * as authorization from "./authorization/v1/index.ts";
import * as autoscalingV1 from "./autoscaling/v1/index.ts";
import * as autoscalingV2 from "./autoscaling/v2/index.ts";
import * as batch from "./batch/v1/index.ts";
import * as certificates from "./certificates/v1/index.ts";
import * as coordination from "./coordination/v1/index.ts";
import * as core from "./core/v1/index.ts";
import * as customMetricsV1beta1 from "./custom-metrics/v1beta1/index.ts";
import * as customMetricsV1beta2 from "./custom-metrics/v1beta2/index.ts";
import * as discovery from "./discovery/v1/index.ts";
import * as events from "./events/v1/index.ts";
import * as explain from "./explain/v1/index.ts";
import * as externalMetrics from "./external-metrics/v1beta1/index.ts";
import * as flowcontrol from "./flowcontrol/v1/index.ts";
import * as keda from "./keda/v1alpha1/index.ts";
import * as meta from "./meta/v1/index.ts";
import * as metrics from "./metrics/v1beta1/index.ts";
import * as monitoring from "./monitoring/v1/index.ts";
import * as monitoringAlpha from "./monitoring/v1alpha1/index.ts";
import * as monitoringBeta from "./monitoring/v1beta1/index.ts";
import * as networking from "./networking/v1/index.ts";
import * as nodeGroups from "./node-groups/v1/index.ts";
import * as node from "./node/v1/index.ts";
import * as oncall from "./oncall/v1/index.ts";
import * as policy from "./policy/v1/index.ts";
import * as rbac from "./rbac/v1/index.ts";
import * as resource from "./resource/v1/index.ts";
import * as scheduling from "./scheduling/v1/index.ts";
import type { AnyKind, AnySchema, AnyStruct, ResourceFacts } from "./schema/schema.ts";
import * as storage from "./storage/v1/index.ts";
import * as verticalautoscaling from "./verticalautoscaling/v1/index.ts";
import { apiVersionOf } from "./codec/type-meta.ts";

/** The declarations of each group version, in the order of upstream's group priorities. */
const groupVersions: readonly Readonly<Record<string, unknown>>[] = [
  core,
  meta,
  apiregistration,
  apps,
  events,
  authentication,
  authorization,
  autoscalingV2,
  autoscalingV1,
  batch,
  certificates,
  networking,
  policy,
  rbac,
  storage,
  admissionregistration,
  apiextensions,
  scheduling,
  coordination,
  node,
  discovery,
  flowcontrol,
  resource,
  admission,
  apidiscovery,
  metrics,
  customMetricsV1beta2,
  customMetricsV1beta1,
  externalMetrics,
  keda,
  nodeGroups,
  explain,
  monitoring,
  monitoringBeta,
  monitoringAlpha,
  verticalautoscaling,
  oncall,
];

/** Groups whose types are declared, but whose behaviour does not exist: their resources are not served. */
const unservedGroups: ReadonlySet<string> = new Set([
  "admissionregistration.k8s.io",
  "apiextensions.k8s.io",
  "apiregistration.k8s.io",
  "flowcontrol.apiserver.k8s.io",
]);

/** A kind that has a REST resource. */
export interface ResourceKind extends AnyKind {
  readonly resource: ResourceFacts;
}

/** Every declared struct, kinds among them. */
export const allStructs: readonly AnyStruct[] = groupVersions.flatMap((declarations) =>
  Object.values(declarations).filter(isStruct),
);

/** Every declared kind. */
export const allKinds: readonly AnyKind[] = allStructs.filter(isKind);

/** The kinds whose resources are served. */
export const servedKinds: readonly ResourceKind[] = allKinds
  .filter(hasResource)
  .filter(({ package: { group } }) => !unservedGroups.has(group));

/** The served kinds that upstream has as custom resources. */
export const customKinds: readonly ResourceKind[] = servedKinds.filter(
  ({ package: { isCustom } }) => isCustom === true,
);

const kindsByName: ReadonlyMap<string, AnyKind> = new Map(
  allKinds.map((kind) => [`${apiVersionOf(kind)}/${kind.kind}`, kind]),
);

const kindsByResource: ReadonlyMap<string, ResourceKind> = new Map(
  servedKinds.map((kind) => [`${apiVersionOf(kind)}/${kind.resource.name}`, kind]),
);

/** The kind of this name, served or not: `findKind("apps/v1", "Deployment")`. */
export function findKind(apiVersion: string, kind: string): AnyKind | undefined {
  return kindsByName.get(`${apiVersion}/${kind}`);
}

/** The kind behind a served resource: `findResource("apps", "v1", "deployments")`. */
export function findResource(
  group: string,
  version: string,
  name: string,
): ResourceKind | undefined {
  return kindsByResource.get(`${group === "" ? "" : `${group}/`}${version}/${name}`);
}

export function isKind(schema: AnySchema): schema is AnyKind {
  return schema.form === "struct" && "kind" in schema;
}

function hasResource(kind: AnyKind): kind is ResourceKind {
  return kind.resource !== undefined;
}

function isStruct(declaration: unknown): declaration is AnyStruct {
  return typeof declaration === "object" && declaration !== null && "fields" in declaration;
}
