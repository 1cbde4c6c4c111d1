import type { GrpcChannel } from "#base";
import type {
  ContainerFilter,
  ContainerRuntime,
  ExecRequest,
  ExecResult,
  StreamChoice,
} from "../../runtime.ts";
import type {
  ContainerConfig,
  ContainerResources,
  SandboxConfig,
  TextMap,
} from "../../runtime-config.ts";
import type { ContainerStats, ContainerStatus, ContainerSummary } from "../../runtime-state.ts";
import { call, callTimeoutMs, find, nothing, runtimeMethod } from "./call.ts";
import { containerConfig, containerResources, sandboxConfig } from "./config-messages.ts";
import {
  boxed,
  choice,
  flag,
  integer,
  list,
  message,
  nested,
  octets,
  optional,
  text,
  textMap,
  texts,
} from "./message-codec.ts";
import { containerStats, containerStatus, containerSummary } from "./state-messages.ts";

/** With no limit asked for, a day: gRPC wants some deadline and a lost answer must end sometime. */
const longestExecMs = 86_400_000;

const containerId = message<{ id: string }>({ id: [1, text] });
const streamUrl = message<{ url: string }>({ url: [1, text] });

interface CreateRequest {
  readonly sandboxId: string;
  readonly config: ContainerConfig;
  readonly sandboxConfig: SandboxConfig;
}

const createContainer = runtimeMethod(
  "CreateContainer",
  message<CreateRequest>({
    sandboxId: [1, text],
    config: [2, nested(containerConfig)],
    sandboxConfig: [3, nested(sandboxConfig)],
  }),
  containerId,
);
const startContainer = runtimeMethod("StartContainer", containerId, nothing);
const stopContainer = runtimeMethod(
  "StopContainer",
  message<{ id: string; graceSeconds: number }>({ id: [1, text], graceSeconds: [2, integer] }),
  nothing,
);
const removeContainer = runtimeMethod("RemoveContainer", containerId, nothing);

interface FilterMessage {
  readonly id: string;
  readonly state: "created" | "running" | "exited" | "unknown" | undefined;
  readonly sandboxId: string;
  readonly labels: TextMap;
}

const listContainers = runtimeMethod(
  "ListContainers",
  message<{ filter: FilterMessage }>({
    filter: [
      1,
      nested(
        message<FilterMessage>({
          id: [1, text],
          state: [2, boxed(1, choice("created", "running", "exited", "unknown"))],
          sandboxId: [3, text],
          labels: [4, textMap],
        }),
      ),
    ],
  }),
  message<{ items: readonly ContainerSummary[] }>({ items: [1, list(containerSummary)] }),
);
const containerStatusOf = runtimeMethod(
  "ContainerStatus",
  containerId,
  message<{ status: ContainerStatus | undefined }>({ status: [1, optional(containerStatus)] }),
);
const updateContainerResources = runtimeMethod(
  "UpdateContainerResources",
  message<{ id: string; resources: ContainerResources }>({
    id: [1, text],
    resources: [2, nested(containerResources)],
  }),
  nothing,
);
const reopenContainerLog = runtimeMethod("ReopenContainerLog", containerId, nothing);

interface ExecSyncRequest {
  readonly id: string;
  readonly command: readonly string[];
  readonly timeoutSeconds: number;
}

const execSync = runtimeMethod(
  "ExecSync",
  message<ExecSyncRequest>({ id: [1, text], command: [2, texts], timeoutSeconds: [3, integer] }),
  message<ExecResult>({ stdout: [1, octets], stderr: [2, octets], exitCode: [3, integer] }),
);
const exec = runtimeMethod(
  "Exec",
  message<ExecRequest & { readonly id: string }>({
    id: [1, text],
    command: [2, texts],
    tty: [3, flag],
    stdin: [4, flag],
    stdout: [5, flag],
    stderr: [6, flag],
  }),
  streamUrl,
);
const attach = runtimeMethod(
  "Attach",
  message<StreamChoice & { readonly id: string }>({
    id: [1, text],
    stdin: [2, flag],
    tty: [3, flag],
    stdout: [4, flag],
    stderr: [5, flag],
  }),
  streamUrl,
);

interface StatsFilterMessage {
  readonly id: string;
  readonly sandboxId: string;
  readonly labels: TextMap;
}

const listContainerStats = runtimeMethod(
  "ListContainerStats",
  message<{ filter: StatsFilterMessage }>({
    filter: [
      1,
      nested(
        message<StatsFilterMessage>({
          id: [1, text],
          sandboxId: [2, text],
          labels: [3, textMap],
        }),
      ),
    ],
  }),
  message<{ stats: readonly ContainerStats[] }>({ stats: [1, list(containerStats)] }),
);
const containerStatsOf = runtimeMethod(
  "ContainerStats",
  containerId,
  message<{ stats: ContainerStats | undefined }>({ stats: [1, optional(containerStats)] }),
);

export function criContainers(channel: GrpcChannel): ContainerRuntime {
  return { ...lifeOf(channel), ...streamsOf(channel), ...statsOf(channel) };
}

type Life = Omit<
  ContainerRuntime,
  "execSync" | "prepareExec" | "prepareAttach" | "listStats" | "findStats"
>;

function lifeOf(channel: GrpcChannel): Life {
  return {
    create: async (sandboxId, config, sandboxConfig, signal) => {
      const request = { sandboxId, config, sandboxConfig };
      return (await call(channel, createContainer, request, { signal })).id;
    },
    start: async (id, signal) => {
      await call(channel, startContainer, { id }, { signal });
    },
    stop: async (id, graceSeconds, signal) => {
      const timeoutMs = graceSeconds * 1000 + callTimeoutMs;
      await find(call(channel, stopContainer, { id, graceSeconds }, { signal, timeoutMs }));
    },
    remove: async (id, signal) => {
      await find(call(channel, removeContainer, { id }, { signal }));
    },
    list: async (filter, signal) => {
      const request = { filter: filterMessage(filter) };
      return (await call(channel, listContainers, request, { signal })).items;
    },
    find: async (id, signal) => {
      return (await find(call(channel, containerStatusOf, { id }, { signal })))?.status;
    },
    updateResources: async (id, resources, signal) => {
      await call(channel, updateContainerResources, { id, resources }, { signal });
    },
    reopenLog: async (id, signal) => {
      await call(channel, reopenContainerLog, { id }, { signal });
    },
  };
}

function streamsOf(
  channel: GrpcChannel,
): Pick<ContainerRuntime, "execSync" | "prepareExec" | "prepareAttach"> {
  return {
    execSync: async (id, command, timeoutSeconds, signal) => {
      // A little longer than the runtime's own limit, so that its answer tells what happened.
      const timeoutMs = timeoutSeconds > 0 ? timeoutSeconds * 1000 + 5000 : longestExecMs;
      return await call(channel, execSync, { id, command, timeoutSeconds }, { signal, timeoutMs });
    },
    prepareExec: async (id, request, signal) => {
      const stderr = request.stderr && !request.tty;
      return (await call(channel, exec, { id, ...request, stderr }, { signal })).url;
    },
    prepareAttach: async (id, streams, signal) => {
      const stderr = streams.stderr && !streams.tty;
      return (await call(channel, attach, { id, ...streams, stderr }, { signal })).url;
    },
  };
}

function statsOf(channel: GrpcChannel): Pick<ContainerRuntime, "listStats" | "findStats"> {
  return {
    listStats: async ({ id = "", sandboxId = "", labels = {} }, signal) => {
      const request = { filter: { id, sandboxId, labels } };
      return (await call(channel, listContainerStats, request, { signal })).stats;
    },
    findStats: async (id, signal) => {
      return (await find(call(channel, containerStatsOf, { id }, { signal })))?.stats;
    },
  };
}

function filterMessage(filter: ContainerFilter): FilterMessage {
  const { id = "", state, sandboxId = "", labels = {} } = filter;
  return { id, state, sandboxId, labels };
}
