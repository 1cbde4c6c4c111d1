/** Defaults of pods and pod templates. Source: upstream's `pkg/apis/core/v1/defaults.go`. */

import type {
  Container,
  ContainerPort,
  Lifecycle,
  PodSpec,
  PodTemplateSpec,
  Probe,
  ResourceRequirements,
  Volume,
} from "#api/core/v1";
import { each, fill, ifPresent } from "./fill.ts";

export function withTemplateDefaults(template: PodTemplateSpec): PodTemplateSpec {
  return template.spec === undefined
    ? template
    : { ...template, spec: withPodSpecDefaults(template.spec) };
}

export function withPodSpecDefaults(spec: PodSpec): PodSpec {
  const usesHost = spec.hostNetwork === true;
  const filled = fill(spec, {
    restartPolicy: "Always",
    terminationGracePeriodSeconds: 30,
    dnsPolicy: "ClusterFirst",
    schedulerName: "default-scheduler",
    enableServiceLinks: true,
    securityContext: {},
    ...(spec.serviceAccountName === undefined ? {} : { serviceAccount: spec.serviceAccountName }),
    ...(spec.serviceAccount === undefined ? {} : { serviceAccountName: spec.serviceAccount }),
  });
  const withHost = <T extends Container>(container: T): T => ({
    ...container,
    ...withContainerDefaults(container, usesHost),
  });
  return {
    ...filled,
    containers: filled.containers.map(withHost),
    ...present("initContainers", each(filled.initContainers, withHost)),
    ...present("ephemeralContainers", each(filled.ephemeralContainers, withHost)),
    ...present("volumes", each(filled.volumes, withVolumeDefaults)),
  };
}

function present<K extends string, V>(name: K, value: V | undefined): { [P in K]?: V } {
  // A computed key is not narrowed by the compiler; the object has just this one.
  const object: { [P in K]?: V } = {};
  if (value !== undefined) object[name] = value;
  return object;
}

function withContainerDefaults(container: Container, usesHost: boolean): Container {
  const filled = fill(container, {
    terminationMessagePath: "/dev/termination-log",
    terminationMessagePolicy: "File",
    imagePullPolicy: pullPolicyOf(container.image ?? ""),
    resources: {},
  });
  return {
    ...filled,
    ...present(
      "ports",
      each(filled.ports, (port) => withPortDefaults(port, usesHost)),
    ),
    ...present("resources", ifPresent(filled.resources, withRequests)),
    ...present("livenessProbe", ifPresent(filled.livenessProbe, withProbeDefaults)),
    ...present("readinessProbe", ifPresent(filled.readinessProbe, withProbeDefaults)),
    ...present("startupProbe", ifPresent(filled.startupProbe, withProbeDefaults)),
    ...present("lifecycle", ifPresent(filled.lifecycle, withLifecycleDefaults)),
    ...present(
      "env",
      each(filled.env, (variable) =>
        variable.valueFrom?.fieldRef === undefined
          ? variable
          : {
              ...variable,
              valueFrom: {
                ...variable.valueFrom,
                fieldRef: fill(variable.valueFrom.fieldRef, { apiVersion: "v1" }),
              },
            },
      ),
    ),
  };
}

/** An image that says `latest`, or nothing, is asked for anew each time. */
function pullPolicyOf(image: string): string {
  if (image.includes("@")) return "IfNotPresent";
  const tag = /:([^/:]+)$/.exec(image)?.[1] ?? "latest";
  return tag === "latest" ? "Always" : "IfNotPresent";
}

function withPortDefaults(port: ContainerPort, usesHost: boolean): ContainerPort {
  return fill(port, {
    protocol: "TCP",
    ...(usesHost ? { hostPort: port.containerPort } : {}),
  });
}

/** What is limited but not requested is requested as far as the limit. */
function withRequests(resources: ResourceRequirements): ResourceRequirements {
  if (resources.limits === undefined) return resources;
  return { ...resources, requests: { ...resources.limits, ...resources.requests } };
}

function withProbeDefaults(probe: Probe): Probe {
  const filled = fill(probe, {
    timeoutSeconds: 1,
    periodSeconds: 10,
    successThreshold: 1,
    failureThreshold: 3,
  });
  return {
    ...filled,
    ...present(
      "httpGet",
      ifPresent(filled.httpGet, (get) => fill(get, { path: "/", scheme: "HTTP" })),
    ),
    ...present(
      "grpc",
      ifPresent(filled.grpc, (grpc) => fill(grpc, { service: "" })),
    ),
  };
}

function withLifecycleDefaults(lifecycle: Lifecycle): Lifecycle {
  const withGet = (handler: NonNullable<Lifecycle["preStop"]>) => ({
    ...handler,
    ...present(
      "httpGet",
      ifPresent(handler.httpGet, (get) => fill(get, { path: "/", scheme: "HTTP" })),
    ),
  });
  return {
    ...lifecycle,
    ...present("postStart", ifPresent(lifecycle.postStart, withGet)),
    ...present("preStop", ifPresent(lifecycle.preStop, withGet)),
  };
}

const fileMode = 0o644;
const tokenSeconds = 3_600;

function withVolumeDefaults(volume: Volume): Volume {
  const hasSource = Object.entries(volume).some(
    ([name, source]) => name !== "name" && source !== undefined,
  );
  if (!hasSource) return { ...volume, emptyDir: {} };
  return {
    ...volume,
    ...present(
      "configMap",
      ifPresent(volume.configMap, (source) => fill(source, { defaultMode: fileMode })),
    ),
    ...present(
      "secret",
      ifPresent(volume.secret, (source) => fill(source, { defaultMode: fileMode })),
    ),
    ...present(
      "downwardAPI",
      ifPresent(volume.downwardAPI, (source) => ({
        ...fill(source, { defaultMode: fileMode }),
        ...present("items", each(source.items, withFieldVersion)),
      })),
    ),
    ...present(
      "hostPath",
      ifPresent(volume.hostPath, (source) => fill(source, { type: "" })),
    ),
    ...present("projected", ifPresent(volume.projected, withProjectionDefaults)),
  };
}

function withProjectionDefaults(
  projected: NonNullable<Volume["projected"]>,
): NonNullable<Volume["projected"]> {
  return {
    ...fill(projected, { defaultMode: fileMode }),
    ...present(
      "sources",
      each(projected.sources, (source) => ({
        ...source,
        ...present(
          "serviceAccountToken",
          ifPresent(source.serviceAccountToken, (token) =>
            fill(token, { expirationSeconds: tokenSeconds }),
          ),
        ),
        ...present(
          "downwardAPI",
          ifPresent(source.downwardAPI, (downward) => ({
            ...downward,
            ...present("items", each(downward.items, withFieldVersion)),
          })),
        ),
      })),
    ),
  };
}

function withFieldVersion<
  T extends {
    readonly fieldRef?:
      | { readonly fieldPath: string; readonly apiVersion?: string | undefined }
      | undefined;
  },
>(item: T): T {
  if (item.fieldRef === undefined) return item;
  return { ...item, fieldRef: fill(item.fieldRef, { apiVersion: "v1" }) };
}
