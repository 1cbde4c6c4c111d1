import type { JsonObject } from "#api";
import type { Place, Service } from "#compose";
import type { Loss } from "./loss.ts";

/** Everything a stack becomes on Kubernetes, decided and in order; nothing of it has happened yet. */
export interface StackPlan {
  readonly stack: string;
  readonly namespace: string;
  /**
   * In the order to apply: what others refer to before them, then service by service with
   * dependencies first. The same file always gives the same objects, byte for byte.
   */
  readonly objects: readonly PlannedObject[];
  /** Dependencies first, so that what a service waits for stands before it. */
  readonly services: readonly PlannedService[];
  /** Every attribute of the file that Kubernetes does not honour, or not wholly. */
  readonly losses: readonly Loss[];
}

export interface PlannedObject {
  /** Complete, with `apiVersion`, `kind`, name, namespace and labels: ready for server-side apply. */
  readonly object: JsonObject;
  readonly name: string;
  readonly kind: string;
  readonly apiVersion: string;
  /** The service that it belongs to; undefined for what services have in common. */
  readonly service: string | undefined;
  /** What in the file it comes from. */
  readonly place: Place;
}

/** A service of the file and how it runs. */
export interface PlannedService {
  /** Its name in the file. */
  readonly name: string;
  /** Its name in the cluster, which is the one that others find it under. */
  readonly objectName: string;
  readonly mode: "replicated" | "global" | "replicated-job" | "global-job";
  /** The object that runs it. Undefined for a service that lives in another one's pods. */
  readonly workload: Workload | undefined;
  /** That other service, by its name in the file. */
  readonly host: string | undefined;
  /** How many should run; undefined for one on every node. */
  readonly replicas: number | undefined;
  /** What its pods run: of the file, as built and pushed, or the name for what is only built. */
  readonly image: string;
  /** Before its workload is applied. */
  readonly waits: readonly Wait[];
  readonly published: readonly PublishedPort[];
  readonly update: UpdatePolicy;
  readonly place: Place;
  /** As loaded: `build`, `develop.watch` and whatever else is not about Kubernetes. */
  readonly definition: Service;
}

/** A service as history keeps it. */
export type DeployedService = Omit<PlannedService, "definition">;

/** What is deployed: a plan, or an earlier one out of the history. */
export interface DeployedStack extends Pick<StackPlan, "stack" | "namespace" | "objects"> {
  readonly services: readonly DeployedService[];
}

export interface Workload {
  readonly kind: "Deployment" | "DaemonSet" | "StatefulSet" | "Job" | "CronJob";
  readonly name: string;
}

/** That another service must have come so far. */
export interface Wait {
  readonly service: string;
  /** Running, ready (its health check passes), or finished with exit code 0. */
  readonly until: "started" | "healthy" | "completed";
  /** Whether failing to come so far only earns a warning. */
  readonly required: boolean;
}

export interface PublishedPort {
  /** Where it listens; undefined for everywhere. A loopback address means only on this machine. */
  readonly address: string | undefined;
  /** Undefined for any free one. */
  readonly published: number | undefined;
  /** In the container. */
  readonly target: number;
  readonly protocol: "TCP" | "UDP" | "SCTP";
  /** The Service object that leads to it from outside; undefined when only forwarding does. */
  readonly through: string | undefined;
}

/** `deploy.update_config` and `rollback_config` as far as whoever deploys acts on them. */
export interface UpdatePolicy {
  readonly onFailure: "continue" | "pause" | "rollback";
  /** How long a service is watched after an update. */
  readonly monitorMs: number;
  /** The part of the replicas that may fail. */
  readonly failureRatioMax: number;
}
