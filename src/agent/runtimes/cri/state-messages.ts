/** CRI's messages for what runs, with the field numbers of `runtime.v1`. */
import type { NamespaceOptions } from "../../runtime-config.ts";
import type {
  ContainerStats,
  ContainerStatus,
  ContainerSummary,
  ContainerUser,
  CpuUsage,
  FilesystemUsage,
  ImageFacts,
  InterfaceUsage,
  MemoryUsage,
  NetworkUsage,
  SandboxStats,
  SandboxStatus,
  SandboxSummary,
} from "../../runtime-state.ts";
import {
  containerMetadata,
  containerResources,
  imageSpec,
  mount,
  namespaceOptions,
  sandboxMetadata,
} from "./config-messages.ts";
import {
  boxed,
  choice,
  type Field,
  flag,
  integer,
  integers,
  list,
  type Message,
  mapped,
  message,
  nested,
  optional,
  text,
  textMap,
  texts,
  timeMs,
  translated,
  unboxed,
} from "./message-codec.ts";

const sandboxState = choice("ready", "notReady");

export const sandboxSummary = message<SandboxSummary>({
  id: [1, text],
  metadata: [2, nested(sandboxMetadata)],
  state: [3, sandboxState],
  createdAtMs: [4, timeMs],
  labels: [5, textMap],
  annotations: [6, textMap],
  runtimeHandler: [7, text],
});

interface SandboxAddresses {
  readonly ip: string;
  readonly additional: readonly { readonly ip: string }[];
}

const sandboxAddresses = message<SandboxAddresses>({
  ip: [1, text],
  additional: [2, list(message<{ ip: string }>({ ip: [1, text] }))],
});

const ips: Field<readonly string[]> = mapped(
  nested(sandboxAddresses),
  ({ ip, additional }) => (ip === "" ? [] : [ip, ...additional.map((other) => other.ip)]),
  ([ip = "", ...others]) => ({ ip, additional: others.map((other) => ({ ip: other })) }),
);

const namespaces: Field<NamespaceOptions | undefined> = unboxed(
  1,
  unboxed(2, optional(namespaceOptions)),
);

export const sandboxStatus = message<SandboxStatus>({
  id: [1, text],
  metadata: [2, nested(sandboxMetadata)],
  state: [3, sandboxState],
  createdAtMs: [4, timeMs],
  ips: [5, ips],
  namespaces: [6, namespaces],
  labels: [7, textMap],
  annotations: [8, textMap],
  runtimeHandler: [9, text],
});

const containerState = choice("created", "running", "exited", "unknown");

export const containerSummary = message<ContainerSummary>({
  id: [1, text],
  sandboxId: [2, text],
  metadata: [3, nested(containerMetadata)],
  image: [4, nested(imageSpec)],
  imageRef: [5, text],
  state: [6, containerState],
  createdAtMs: [7, timeMs],
  labels: [8, textMap],
  annotations: [9, textMap],
});

const containerUser = message<ContainerUser>({
  uid: [1, integer],
  gid: [2, integer],
  supplementalGroups: [3, integers],
});

export const containerStatus = message<ContainerStatus>({
  id: [1, text],
  metadata: [2, nested(containerMetadata)],
  state: [3, containerState],
  createdAtMs: [4, timeMs],
  startedAtMs: [5, timeMs],
  finishedAtMs: [6, timeMs],
  exitCode: [7, integer],
  image: [8, nested(imageSpec)],
  imageRef: [9, text],
  reason: [10, text],
  message: [11, text],
  labels: [12, textMap],
  annotations: [13, textMap],
  mounts: [14, list(mount)],
  logPath: [15, text],
  resources: [16, unboxed(1, optional(containerResources))],
  user: [18, unboxed(1, optional(containerUser))],
});

export const imageFacts = message<ImageFacts>({
  id: [1, text],
  repoTags: [2, texts],
  repoDigests: [3, texts],
  sizeBytes: [4, integer],
  uid: [5, boxed(1, integer)],
  username: [6, text],
  pinned: [8, flag],
});

export const filesystemUsage = message<FilesystemUsage>({
  atMs: [1, timeMs],
  mountpoint: [2, unboxed(1, text)],
  usedBytes: [3, unboxed(1, integer)],
  inodesUsed: [4, unboxed(1, integer)],
});

const cpuUsage = message<CpuUsage>({
  atMs: [1, timeMs],
  usageCoreNanoseconds: [2, unboxed(1, integer)],
  usageNanoCores: [3, boxed(1, integer)],
});

const memoryUsage = message<MemoryUsage>({
  atMs: [1, timeMs],
  workingSetBytes: [2, boxed(1, integer)],
  availableBytes: [3, boxed(1, integer)],
  usageBytes: [4, boxed(1, integer)],
  rssBytes: [5, boxed(1, integer)],
  pageFaults: [6, boxed(1, integer)],
  majorPageFaults: [7, boxed(1, integer)],
});

interface ContainerStatsMessage extends Omit<ContainerStats, "id" | "metadata" | "labels"> {
  readonly attributes: Pick<ContainerStats, "id" | "metadata" | "labels">;
}

const containerStatsMessage = message<ContainerStatsMessage>({
  attributes: [
    1,
    nested(
      message<ContainerStatsMessage["attributes"]>({
        id: [1, text],
        metadata: [2, nested(containerMetadata)],
        labels: [3, textMap],
      }),
    ),
  ],
  cpu: [2, optional(cpuUsage)],
  memory: [3, optional(memoryUsage)],
  writableLayer: [4, optional(filesystemUsage)],
});

export const containerStats: Message<ContainerStats> = translated(
  containerStatsMessage,
  ({ attributes, ...usage }) => ({ ...attributes, ...usage }),
  ({ id, metadata, labels, ...usage }) => ({ attributes: { id, metadata, labels }, ...usage }),
);

const interfaceUsage = message<InterfaceUsage>({
  name: [1, text],
  rxBytes: [2, unboxed(1, integer)],
  rxErrors: [3, unboxed(1, integer)],
  txBytes: [4, unboxed(1, integer)],
  txErrors: [5, unboxed(1, integer)],
});

interface NetworkMessage {
  readonly atMs: number;
  readonly first: InterfaceUsage | undefined;
  readonly interfaces: readonly InterfaceUsage[];
}

const networkMessage = message<NetworkMessage>({
  atMs: [1, timeMs],
  first: [2, optional(interfaceUsage)],
  interfaces: [3, list(interfaceUsage)],
});

const network: Field<NetworkUsage | undefined> = mapped(
  optional(networkMessage),
  (wire) =>
    wire && {
      atMs: wire.atMs,
      interfaces: wire.first ? [wire.first, ...wire.interfaces] : wire.interfaces,
    },
  (usage) => usage && { atMs: usage.atMs, first: undefined, interfaces: usage.interfaces },
);

interface SandboxStatsMessage {
  readonly attributes: Pick<SandboxStats, "id" | "metadata" | "labels">;
  readonly linux: Omit<SandboxStats, "id" | "metadata" | "labels">;
}

const sandboxStatsMessage = message<SandboxStatsMessage>({
  attributes: [
    1,
    nested(
      message<SandboxStatsMessage["attributes"]>({
        id: [1, text],
        metadata: [2, nested(sandboxMetadata)],
        labels: [3, textMap],
      }),
    ),
  ],
  linux: [
    2,
    nested(
      message<SandboxStatsMessage["linux"]>({
        cpu: [1, optional(cpuUsage)],
        memory: [2, optional(memoryUsage)],
        network: [3, network],
        processCount: [4, unboxed(2, boxed(1, integer))],
        containers: [5, list(containerStats)],
      }),
    ),
  ],
});

export const sandboxStats: Message<SandboxStats> = translated(
  sandboxStatsMessage,
  ({ attributes, linux }) => ({ ...attributes, ...linux }),
  ({ id, metadata, labels, ...linux }) => ({ attributes: { id, metadata, labels }, linux }),
);
