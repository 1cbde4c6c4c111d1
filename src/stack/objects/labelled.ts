/** What Kompose's labels ask for beside the service itself: scaling by itself, and an Ingress. */
import type { HorizontalPodAutoscaler, MetricSpec } from "#api/autoscaling/v2";
import type { Ingress } from "#api/networking/v1";
import { serviceObjectLabels } from "../labels.ts";
import { innerPortsOf } from "../ports.ts";
import type { Conversion, StackService } from "../stack-service.ts";
import type { WorkloadPlan } from "./workload.ts";

/** `kompose.hpa.*` */
export function autoscalerOf(
  service: StackService,
  { workload, apiVersion }: WorkloadPlan,
  conversion: Conversion,
): HorizontalPodAutoscaler | undefined {
  const { kompose } = service;
  const most = Number(kompose.get("hpa.replicas.max") ?? 0);
  const metrics = (["cpu", "memory"] as const).flatMap((name): MetricSpec[] => {
    const averageUtilization = Number(kompose.get(`hpa.${name}`) ?? 0);
    if (averageUtilization <= 0) return [];
    const target = { type: "Utilization", averageUtilization };
    return [{ type: "Resource", resource: { name, target } }];
  });
  const isScalable = workload.kind === "Deployment" || workload.kind === "StatefulSet";
  if (most <= 0 || !isScalable) return undefined;
  return {
    metadata: metadataOf(service, conversion),
    spec: {
      scaleTargetRef: { apiVersion, kind: workload.kind, name: workload.name },
      minReplicas: Number(kompose.get("hpa.replicas.min") ?? 1),
      maxReplicas: most,
      ...(metrics.length > 0 ? { metrics } : {}),
    },
  };
}

/** `kompose.service.expose`: `true` for every host, else hosts with paths, separated by commas. */
export function ingressOf(service: StackService, conversion: Conversion): Ingress | undefined {
  const { kompose, objectName, path } = service;
  const exposed = kompose.get("service.expose");
  if (exposed === undefined || exposed === "false") return undefined;
  const [port] = innerPortsOf(service, conversion);
  if (port === undefined) {
    conversion.report.reject([...path, "labels"], "an exposed service needs a port");
    return undefined;
  }
  const backend = { service: { name: objectName, port: { number: port.port } } };
  const rules = (exposed === "true" ? [""] : exposed.split(",")).map((address) => {
    const [host = "", ...steps] = address.trim().split("/");
    const route = { path: `/${steps.join("/")}`, pathType: "Prefix", backend };
    return { ...(host === "" ? {} : { host }), http: { paths: [route] } };
  });
  const hosts = rules.flatMap(({ host }) => host ?? []);
  const secretName = kompose.get("service.expose.tls-secret");
  const className = kompose.get("service.expose.ingress-class-name");
  return {
    metadata: metadataOf(service, conversion),
    spec: {
      ...(className === undefined ? {} : { ingressClassName: className }),
      rules,
      ...(secretName === undefined ? {} : { tls: [{ hosts, secretName }] }),
    },
  };
}

function metadataOf({ objectName, name }: StackService, { options }: Conversion) {
  return {
    name: objectName,
    namespace: options.namespace,
    labels: serviceObjectLabels(options, name),
  };
}
