/**
 * What the node agent asks of whatever runs its pods.
 *
 * The shape is the container runtime interface's (CRI, `runtime.v1`): a *sandbox* is the network and
 * process surroundings of one pod, *containers* run inside it, *images* are what they start from.
 * Two runtimes implement it: `runtimes/cri` talks to containerd or CRI-O, the simulated one models
 * pods without running anything. Pod workers cannot tell them apart.
 *
 * The rules that callers rely on:
 * 1. `stop…` and `remove…` are idempotent: what is gone already is fine.
 * 2. `find…` resolves with undefined for an unknown id; every other call rejects with a
 *    `RuntimeError` whose code says why.
 * 3. Ids are opaque and never reused. A sandbox's name, namespace, uid and attempt are unique
 *    together, so a new sandbox for the same pod takes the next attempt.
 * 4. The same `SandboxConfig` is passed to `sandboxes.run`, `images.pull` and `containers.create`.
 */
import type { GrpcCode } from "#base";
import type { ContainerConfig, ContainerResources, SandboxConfig } from "./runtime-config.ts";
import type {
  ContainerStats,
  ContainerStatus,
  ContainerSummary,
  FilesystemUsage,
  ImageFacts,
  SandboxStats,
  SandboxStatus,
  SandboxSummary,
} from "./runtime-state.ts";

export interface Runtime {
  readonly sandboxes: SandboxRuntime;
  readonly containers: ContainerRuntime;
  readonly images: ImageRuntime;
  version(signal: AbortSignal): Promise<RuntimeVersion>;
  status(signal: AbortSignal): Promise<RuntimeStatus>;
  /** Tells the runtime which addresses this node's pods get. */
  applyPodCidr(podCidr: string, signal: AbortSignal): Promise<void>;
  /**
   * What happens to containers, as it happens, until the signal aborts or the runtime goes away.
   * Throws a `RuntimeError` with code "unimplemented" where the runtime cannot tell (containerd
   * before 1.7): list instead. Events may be late, doubled or missing, so whoever listens must also
   * list now and then, and nobody else may listen to the same runtime (containerd 1.7 gives each
   * event to one listener only).
   */
  watch(signal: AbortSignal): AsyncIterable<RuntimeEvent>;
}

export interface SandboxRuntime {
  /** Creates and starts a sandbox with its network; resolves with its id. */
  run(config: SandboxConfig, handler: string, signal: AbortSignal): Promise<string>;
  /** Kills what still runs in the sandbox and takes its network down. */
  stop(id: string, signal: AbortSignal): Promise<void>;
  /** Removes the sandbox and its containers, stopping them first when need be. */
  remove(id: string, signal: AbortSignal): Promise<void>;
  list(filter: SandboxFilter, signal: AbortSignal): Promise<readonly SandboxSummary[]>;
  find(id: string, signal: AbortSignal): Promise<SandboxStatus | undefined>;
  listStats(signal: AbortSignal): Promise<readonly SandboxStats[]>;
  /**
   * Prepares to forward connections to the ports inside the sandbox and resolves with the URL that
   * one upgrade request may be sent to, once, within a minute.
   */
  preparePortForward(id: string, ports: readonly number[], signal: AbortSignal): Promise<string>;
}

export interface ContainerRuntime {
  /** Creates a container in a sandbox, without starting it; resolves with its id. */
  create(
    sandboxId: string,
    config: ContainerConfig,
    sandboxConfig: SandboxConfig,
    signal: AbortSignal,
  ): Promise<string>;
  start(id: string, signal: AbortSignal): Promise<void>;
  /** Sends the stop signal, waits `graceSeconds`, then kills. Resolves when the container ended. */
  stop(id: string, graceSeconds: number, signal: AbortSignal): Promise<void>;
  remove(id: string, signal: AbortSignal): Promise<void>;
  list(filter: ContainerFilter, signal: AbortSignal): Promise<readonly ContainerSummary[]>;
  find(id: string, signal: AbortSignal): Promise<ContainerStatus | undefined>;
  updateResources(id: string, resources: ContainerResources, signal: AbortSignal): Promise<void>;
  /** Makes the runtime open the log file anew after it was renamed. */
  reopenLog(id: string, signal: AbortSignal): Promise<void>;
  /** Runs a command to its end. Rejects with code "deadlineExceeded" after `timeoutSeconds`; 0: never. */
  execSync(
    id: string,
    command: readonly string[],
    timeoutSeconds: number,
    signal: AbortSignal,
  ): Promise<ExecResult>;
  /** Like `preparePortForward`: the URL of one upgrade request that runs a command. */
  prepareExec(id: string, request: ExecRequest, signal: AbortSignal): Promise<string>;
  /** Like `prepareExec`, for the container's own process. */
  prepareAttach(id: string, streams: StreamChoice, signal: AbortSignal): Promise<string>;
  listStats(filter: ContainerFilter, signal: AbortSignal): Promise<readonly ContainerStats[]>;
  findStats(id: string, signal: AbortSignal): Promise<ContainerStats | undefined>;
}

export interface ImageRuntime {
  /** By reference (`docker.io/library/nginx:1`), short name or id. */
  find(image: string, signal: AbortSignal): Promise<ImageFacts | undefined>;
  list(signal: AbortSignal): Promise<readonly ImageFacts[]>;
  /** Resolves with the reference by which containers name what was pulled. */
  pull(request: PullRequest, signal: AbortSignal): Promise<string>;
  remove(image: string, signal: AbortSignal): Promise<void>;
  /** The file systems that images lie on. */
  filesystems(signal: AbortSignal): Promise<readonly FilesystemUsage[]>;
}

export interface RuntimeVersion {
  /** `containerd`, `cri-o`, `simulated`. */
  readonly name: string;
  readonly version: string;
  readonly apiVersion: string;
}

export interface RuntimeStatus {
  readonly conditions: readonly RuntimeCondition[];
  /** The runtime classes' handlers that can be named in `sandboxes.run`. Empty when it does not tell. */
  readonly handlers: readonly RuntimeHandler[];
}

export interface RuntimeCondition {
  /** `RuntimeReady` or `NetworkReady`; a node is Ready only when both hold. */
  readonly type: string;
  readonly status: boolean;
  readonly reason: string;
  readonly message: string;
}

export interface RuntimeHandler {
  /** Empty for the default one. */
  readonly name: string;
  readonly recursiveReadOnlyMounts: boolean;
  readonly userNamespaces: boolean;
}

export interface RuntimeEvent {
  readonly containerId: string;
  readonly type: "created" | "started" | "stopped" | "deleted";
  readonly atMs: number;
  readonly sandbox: SandboxStatus | undefined;
  readonly containers: readonly ContainerStatus[];
}

/** Absent fields match everything. */
export interface SandboxFilter {
  readonly id?: string;
  readonly state?: "ready" | "notReady";
  readonly labels?: Readonly<Record<string, string>>;
}

/** Absent fields match everything. */
export interface ContainerFilter {
  readonly id?: string;
  readonly sandboxId?: string;
  readonly state?: "created" | "running" | "exited" | "unknown";
  readonly labels?: Readonly<Record<string, string>>;
}

export interface ExecResult {
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
  readonly exitCode: number;
}

/** Which streams a client wants; with `tty` there is no separate standard error. */
export interface StreamChoice {
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
  readonly tty: boolean;
}

export interface ExecRequest extends StreamChoice {
  readonly command: readonly string[];
}

export interface PullRequest {
  readonly image: string;
  /** Undefined: anonymously. */
  readonly credentials: RegistryCredentials | undefined;
  readonly sandbox: SandboxConfig | undefined;
}

/** What a pull secret says about one registry; empty strings where it says nothing. */
export interface RegistryCredentials {
  readonly username: string;
  readonly password: string;
  readonly serverAddress: string;
  readonly identityToken: string;
  readonly registryToken: string;
}

/**
 * A refusal or failure of the runtime, with why in the words of gRPC's status codes. The message is the
 * runtime's own, as users know it.
 */
export class RuntimeError extends Error {
  readonly code: GrpcCode;

  constructor(code: GrpcCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "RuntimeError";
    this.code = code;
  }
}
