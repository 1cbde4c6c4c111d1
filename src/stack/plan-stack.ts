/** Decides what a Compose application becomes on Kubernetes. */
import { ComposeError, type ComposeProject, type Place, placeAt } from "#compose";
import { reportLosses } from "./attributes/find-losses.ts";
import type { StackFiles } from "./files/stack-files.ts";
import { isLabelValue } from "./names.ts";
import { aliasesOf, reportAliases } from "./objects/aliases.ts";
import { bindConfigMap, type CopiedSource } from "./objects/bind-contents.ts";
import { claimObjects } from "./objects/claims.ts";
import { checkContents, configObjects, secretObjects } from "./objects/contents.ts";
import { autoscalerOf, ingressOf } from "./objects/labelled.ts";
import { pullSecretOf } from "./objects/pull-secret.ts";
import { isIsolating, networkPolicyOf } from "./objects/network-policies.ts";
import { type ServicePlan, servicePlanOf } from "./objects/services.ts";
import { type WorkloadPlan, workloadPlanOf } from "./objects/workload.ts";
import { inStartOrder } from "./order.ts";
import type { StackOptions } from "./options.ts";
import type { PlannedObject, PlannedService, StackPlan, UpdatePolicy, Wait } from "./plan.ts";
import { plainObject } from "./plain-object.ts";
import { copiedSource } from "./pod/bind-mount.ts";
import { imageOf } from "./pod/image.ts";
import { checkPublishedPorts, publishedPortsOf } from "./ports.ts";
import { Report } from "./report.ts";
import { type Conversion, type StackService, stackServicesOf } from "./stack-service.ts";

/**
 * The plan for a project. Pure: the same project, files and options give the same plan. Throws a
 * `ComposeError` that names everything that cannot be done, each with its place in the file.
 */
export function planStack(
  project: ComposeProject,
  files: StackFiles,
  options: StackOptions,
): StackPlan {
  const report = new Report(project, options.mode);
  const services = stackServicesOf(project, report);
  const conversion: Conversion = {
    project,
    files,
    options,
    report,
    services,
    aliases: aliasesOf(services, options),
    isIsolating: isIsolating(project, services.values(), options),
  };
  checkStack(conversion);
  const parts = inStartOrder(services).map((service) => servicePartsOf(service, conversion));
  const used = new Set(parts.flatMap(({ workload }) => workload?.volumes ?? []));
  const objects = [
    ...commonObjects(used, conversion),
    ...parts.flatMap((part) => serviceObjects(part, conversion)),
  ];
  if (report.refusals.length > 0) throw new ComposeError(report.refusals);
  return {
    stack: options.stack,
    namespace: options.namespace,
    objects,
    services: parts.map((part) => plannedService(part, conversion)),
    losses: report.losses,
  };
}

function checkStack(conversion: Conversion): void {
  const { project, services, options, report } = conversion;
  if (!isLabelValue(options.stack) || options.stack === "") {
    report.reject(["name"], `a stack cannot be called "${options.stack}" on Kubernetes`);
  }
  if (services.size === 0) report.reject(["services"], "there is no service to run");
  reportLosses(project.tree, services, report);
  reportAliases(conversion);
  checkContents(conversion);
  checkPublishedPorts(conversion);
  for (const service of services.values()) {
    checkHost(service, conversion);
    reportDependencies(service, conversion);
  }
}

/** A service in another one's pods has to find these, and they must be pods of their own. */
function checkHost({ host, path }: StackService, { services, report }: Conversion): void {
  if (host === undefined) return;
  const owner = services.get(host);
  if (owner === undefined) {
    report.reject([...path, "network_mode"], `service "${host}" is not in the stack`);
  } else if (owner.host !== undefined) {
    const problem = `service "${host}" lives in the pods of "${owner.host}" itself`;
    report.reject([...path, "network_mode"], problem);
  }
}

function reportDependencies({ definition, path }: StackService, { report }: Conversion): void {
  // Dependencies that other attributes imply are not written, and so not lost.
  const implied = new Set(definition.links?.map((link) => link.split(":")[0]));
  implied.add(/^service:(.+)$/.exec(definition.network_mode ?? "")?.[1]);
  for (const [name, { restart }] of definition.depends_on ?? []) {
    if (restart !== true || implied.has(name)) continue;
    const reason = "pods are not restarted because others are";
    report.lose([...path, "depends_on", name, "restart"], "ignored", reason);
  }
}

interface ServiceParts {
  readonly service: StackService;
  readonly workload: WorkloadPlan | undefined;
  readonly services: ServicePlan;
}

function servicePartsOf(service: StackService, conversion: Conversion): ServiceParts {
  const workload = service.host === undefined ? workloadPlanOf(service, conversion) : undefined;
  return { service, workload, services: servicePlanOf(service, conversion) };
}

/** What services refer to: volumes, secrets, configs, and copies of files. */
function commonObjects(
  used: ReadonlySet<string>,
  conversion: Conversion,
): readonly PlannedObject[] {
  const { project, options } = conversion;
  const placed = (section: "volumes" | "secrets" | "configs", name: string) => ({
    service: undefined,
    place: placeAt(project.tree, [section, name]),
  });
  const claims = claimObjects(used, conversion).map(([name, object]) =>
    plannedObject("v1", "PersistentVolumeClaim", object, placed("volumes", name)),
  );
  const secrets = secretObjects(conversion).map(([name, object]) =>
    plannedObject("v1", "Secret", object, placed("secrets", name)),
  );
  const configs = configObjects(conversion).map(([name, object]) =>
    plannedObject("v1", "ConfigMap", object, placed("configs", name)),
  );
  const copies = [...copiedBinds(conversion)].map(([path, { source, place }]) =>
    plannedObject("v1", "ConfigMap", bindConfigMap(path, source, options), {
      service: undefined,
      place,
    }),
  );
  const pullSecret = pullSecretOf(options);
  const accounts =
    pullSecret === undefined
      ? []
      : [
          plannedObject("v1", "Secret", pullSecret, {
            service: undefined,
            place: placeAt(project.tree, []),
          }),
        ];
  return [...claims, ...secrets, ...configs, ...copies, ...accounts];
}

/** The paths that pods see as copies, each with the first place that names it. */
function copiedBinds(conversion: Conversion) {
  const copies = new Map<string, { readonly source: CopiedSource; readonly place: Place }>();
  for (const { definition, path } of conversion.services.values()) {
    for (const [index, use] of (definition.volumes ?? []).entries()) {
      const at = [...path, "volumes", index];
      const source = use.type === "bind" ? copiedSource(use, at, conversion) : undefined;
      if (use.source === undefined || source === undefined || copies.has(use.source)) continue;
      copies.set(use.source, { source, place: placeAt(conversion.project.tree, at) });
    }
  }
  return copies;
}

function serviceObjects(
  { service, workload, services }: ServiceParts,
  conversion: Conversion,
): readonly PlannedObject[] {
  const at = {
    service: service.name,
    place: placeAt(conversion.project.tree, service.path),
  };
  const ingress = ingressOf(service, conversion);
  const scaler = workload === undefined ? undefined : autoscalerOf(service, workload, conversion);
  const policy = networkPolicyOf(service, conversion);
  const plan = (apiVersion: string, kind: string, object: KubernetesObject | undefined) =>
    object === undefined ? [] : [plannedObject(apiVersion, kind, object, at)];
  return [
    ...plan("networking.k8s.io/v1", "NetworkPolicy", policy),
    ...services.inner.flatMap((object) => plan("v1", "Service", object)),
    ...plan("v1", "Service", services.published),
    ...plan("v1", "Service", services.anywhere),
    ...plan(workload?.apiVersion ?? "", workload?.workload.kind ?? "", workload?.object),
    ...plan("autoscaling/v2", "HorizontalPodAutoscaler", scaler),
    ...plan("networking.k8s.io/v1", "Ingress", ingress),
  ];
}

interface KubernetesObject {
  readonly metadata?: { readonly name?: string | undefined } | undefined;
}

function plannedObject(
  apiVersion: string,
  kind: string,
  object: KubernetesObject,
  { service, place }: Pick<PlannedObject, "service" | "place">,
): PlannedObject {
  const name = object.metadata?.name ?? "";
  return {
    object: plainObject({ apiVersion, kind, ...object }),
    name,
    kind,
    apiVersion,
    service,
    place,
  };
}

function plannedService(
  { service, workload, services }: ServiceParts,
  conversion: Conversion,
): PlannedService {
  const { definition, name, objectName } = service;
  const through = services.published?.metadata?.name;
  return {
    name,
    objectName,
    mode: workload?.mode ?? "replicated",
    workload: workload?.workload,
    host: service.host,
    replicas: workload?.replicas,
    image: imageOf(service, conversion),
    waits: waitsOf(service, conversion),
    published: publishedPortsOf(service, through, conversion),
    update: updatePolicyOf(service),
    place: placeAt(conversion.project.tree, service.path),
    definition,
  };
}

function waitsOf({ definition }: StackService, { services }: Conversion): readonly Wait[] {
  return [...(definition.depends_on ?? [])].flatMap(([name, { condition, required = true }]) =>
    services.has(name) ? [{ service: name, until: conditions[condition], required }] : [],
  );
}

const conditions = {
  service_started: "started",
  service_healthy: "healthy",
  service_completed_successfully: "completed",
} as const;

/** What Swarm takes where a file does not say. */
const monitorDefaultMs = 5_000;

function updatePolicyOf({ definition }: StackService): UpdatePolicy {
  const update = definition.deploy?.update_config;
  return {
    onFailure: update?.failure_action ?? "pause",
    monitorMs: update?.monitor ?? monitorDefaultMs,
    failureRatioMax: update?.max_failure_ratio ?? 0,
  };
}
