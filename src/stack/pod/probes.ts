import type { Probe } from "#api/core/v1";
import type { KomposeLabels } from "../attributes/kompose-labels.ts";
import type { Conversion, StackService } from "../stack-service.ts";

export interface Probes {
  readonly readinessProbe?: Probe;
  readonly startupProbe?: Probe;
  readonly livenessProbe?: Probe;
}

/** What Compose takes where a health check does not say. */
const defaults = { intervalMs: 30_000, timeoutMs: 30_000, retries: 3 };

interface HealthCheck {
  readonly action: Pick<Probe, "exec" | "httpGet" | "tcpSocket">;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly retries: number;
  readonly startPeriodMs: number;
  readonly startIntervalMs: number;
}

/**
 * A health check becomes readiness: it decides who gets traffic and what waits. As under Compose it
 * never restarts a container, unless `x-kubernetes.liveness` or a label asks for that.
 */
export function probesOf(service: StackService, conversion: Conversion): Probes {
  const check = healthCheckOf(service, conversion);
  const liveness = livenessOf(service, check);
  if (check === undefined) return liveness === undefined ? {} : { livenessProbe: liveness };
  const startup = startupOf(check);
  return {
    readinessProbe: probeOf(check),
    ...(startup === undefined ? {} : { startupProbe: startup }),
    ...(liveness === undefined ? {} : { livenessProbe: liveness }),
  };
}

function healthCheckOf(service: StackService, conversion: Conversion): HealthCheck | undefined {
  const { definition, kompose } = service;
  const isDisabled =
    definition.healthcheck?.disable === true ||
    kompose.get("service.healthcheck.readiness.disable") === "true";
  if (isDisabled) return undefined;
  const action = actionOf(service);
  if (action === undefined) return undefined;
  const { healthcheck = {} } = definition;
  reportFractions(service, conversion);
  const labelled = (name: "interval" | "timeout" | "start_period", own: number | undefined) =>
    durationOf(kompose.get(`service.healthcheck.readiness.${name}`)) ?? own;
  const retries = Number(kompose.get("service.healthcheck.readiness.retries") ?? Number.NaN);
  const intervalMs = labelled("interval", healthcheck.interval) || defaults.intervalMs;
  return {
    action,
    intervalMs,
    timeoutMs: labelled("timeout", healthcheck.timeout) || defaults.timeoutMs,
    retries: Number.isNaN(retries) ? healthcheck.retries || defaults.retries : retries,
    startPeriodMs: labelled("start_period", healthcheck.start_period) ?? 0,
    startIntervalMs: healthcheck.start_interval ?? intervalMs,
  };
}

function reportFractions({ definition, path }: StackService, { report }: Conversion): void {
  for (const name of ["interval", "timeout", "start_interval"] as const) {
    const given = definition.healthcheck?.[name] ?? 0;
    if (given % 1000 === 0) continue;
    report.lose([...path, "healthcheck", name], "changed", "probes count in whole seconds");
  }
}

function actionOf({ definition, kompose }: StackService): HealthCheck["action"] | undefined {
  const labelled = labelledAction(kompose, "readiness");
  if (labelled !== undefined) return labelled;
  const test = kompose.get("service.healthcheck.readiness.test");
  if (test !== undefined) return { exec: { command: ["/bin/sh", "-c", test] } };
  const { healthcheck } = definition;
  const [form, ...words] = healthcheck?.test ?? [];
  if (form === undefined || form === "NONE" || words.length === 0) return undefined;
  const command = form === "CMD-SHELL" ? ["/bin/sh", "-c", words.join(" ")] : words;
  return { exec: { command } };
}

function labelledAction(
  kompose: KomposeLabels,
  probe: "readiness" | "liveness",
): HealthCheck["action"] | undefined {
  const path = kompose.get(`service.healthcheck.${probe}.http_get_path`);
  const port = Number(kompose.get(`service.healthcheck.${probe}.http_get_port`) ?? 0);
  if (port > 0) return { httpGet: { path: path ?? "/", port } };
  const tcpPort = Number(kompose.get(`service.healthcheck.${probe}.tcp_port`) ?? 0);
  return tcpPort > 0 ? { tcpSocket: { port: tcpPort } } : undefined;
}

function livenessOf(
  { kompose, extension }: StackService,
  check: HealthCheck | undefined,
): Probe | undefined {
  const action = labelledAction(kompose, "liveness");
  if (action !== undefined) {
    return probeOf({ ...(check ?? unchecked), action, startPeriodMs: 0 });
  }
  return extension.liveness && check !== undefined ? probeOf(check) : undefined;
}

const unchecked: HealthCheck = {
  ...defaults,
  action: {},
  startPeriodMs: 0,
  startIntervalMs: defaults.intervalMs,
};

function probeOf({ action, intervalMs, timeoutMs, retries }: HealthCheck): Probe {
  return {
    ...action,
    periodSeconds: secondsOf(intervalMs),
    timeoutSeconds: secondsOf(timeoutMs),
    failureThreshold: Math.max(1, retries),
  };
}

/** As long as a container starts, failing is no failure: for the start period, and as often as ever. */
function startupOf(check: HealthCheck): Probe | undefined {
  if (check.startPeriodMs <= 0) return undefined;
  const { startPeriodMs, startIntervalMs, retries } = check;
  const attempts = Math.ceil(startPeriodMs / 1000 / secondsOf(startIntervalMs));
  return {
    ...probeOf({ ...check, intervalMs: startIntervalMs }),
    failureThreshold: Math.max(1, attempts) + Math.max(1, retries),
  };
}

function secondsOf(durationMs: number): number {
  return Math.max(1, Math.round(durationMs / 1000));
}

/** Labels have durations as text: `30s`, `1m30s`. */
function durationOf(text: string | undefined): number | undefined {
  const [, hours = 0, minutes = 0, seconds = 0] =
    /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/.exec(text ?? "") ?? [];
  const total = (Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds);
  return total > 0 ? total * 1000 : undefined;
}
