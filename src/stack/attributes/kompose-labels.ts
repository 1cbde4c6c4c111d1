/**
 * The labels with which files written for Kompose say what Compose has no words for. Those that have
 * a meaning here are read and do not become labels of objects.
 */
import type { Path, Service } from "#compose";
import type { Report } from "../report.ts";

const prefix = "kompose.";

const known = [
  "controller.type",
  "cronjob.backoff_limit",
  "cronjob.concurrency_policy",
  "cronjob.schedule",
  "hpa.cpu",
  "hpa.memory",
  "hpa.replicas.max",
  "hpa.replicas.min",
  "image-pull-policy",
  "image-pull-secret",
  "init.containers.command",
  "init.containers.image",
  "init.containers.name",
  "security-context.fsgroup",
  "service.expose",
  "service.expose.ingress-class-name",
  "service.expose.tls-secret",
  "service.external-traffic-policy",
  "service.healthcheck.liveness.http_get_path",
  "service.healthcheck.liveness.http_get_port",
  "service.healthcheck.liveness.tcp_port",
  "service.healthcheck.readiness.disable",
  "service.healthcheck.readiness.http_get_path",
  "service.healthcheck.readiness.http_get_port",
  "service.healthcheck.readiness.interval",
  "service.healthcheck.readiness.retries",
  "service.healthcheck.readiness.start_period",
  "service.healthcheck.readiness.tcp_port",
  "service.healthcheck.readiness.test",
  "service.healthcheck.readiness.timeout",
  "service.nodeport.port",
  "service.type",
  "serviceaccount-name",
  "volume.size",
  "volume.storage-class-name",
] as const;

/** Those that hold whole numbers. */
const numeric = /(?:_port|nodeport\.port|backoff_limit|retries|fsgroup)$|^hpa\./;

type KomposeLabel = (typeof known)[number];

export type KomposeLabels = ReadonlyMap<KomposeLabel, string>;

/** What Kompose's labels on a service say. */
export function komposeLabelsOf(service: Service, path: Path, report: Report): KomposeLabels {
  return new Map([
    ...readLabels(service.labels, [...path, "labels"], report),
    ...readLabels(service.deploy?.labels, [...path, "deploy", "labels"], report),
  ]);
}

/** What Kompose's labels in one set of labels say. */
export function readLabels(
  labels: ReadonlyMap<string, string> | undefined,
  path: Path,
  report: Report,
): KomposeLabels {
  const read = new Map<KomposeLabel, string>();
  for (const [key, value] of labels ?? []) {
    if (!isKomposeLabel(key)) continue;
    const name = known.find((label) => `${prefix}${label}` === key);
    if (name !== undefined && numeric.test(name) && !/^\d{1,9}$/.test(value)) {
      report.reject([...path, key], `${key} cannot be ${JSON.stringify(value)}`);
    } else if (name !== undefined) read.set(name, value);
    else report.lose([...path, key], "ignored", "the label has no meaning here");
  }
  return read;
}

/** Whether a label is for the conversion, and not for the objects. */
export function isKomposeLabel(key: string): boolean {
  return key.startsWith(prefix);
}

/** The reference to all labels that are read, for the documentation. */
export const komposeLabelNames: readonly string[] = known.map((label) => `${prefix}${label}`);
