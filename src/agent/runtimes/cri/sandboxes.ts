import type { GrpcChannel } from "#base";
import type { SandboxFilter, SandboxRuntime } from "../../runtime.ts";
import type { SandboxConfig, TextMap } from "../../runtime-config.ts";
import type { SandboxStats, SandboxStatus, SandboxSummary } from "../../runtime-state.ts";
import { call, find, nothing, runtimeMethod } from "./call.ts";
import { sandboxConfig } from "./config-messages.ts";
import {
  boxed,
  choice,
  integers,
  list,
  message,
  nested,
  optional,
  text,
  textMap,
} from "./message-codec.ts";
import { sandboxStats, sandboxStatus, sandboxSummary } from "./state-messages.ts";

/** Setting up a pod's network may pull the pause image and wait for CNI plugins. */
const runTimeoutMs = 240_000;

const sandboxId = message<{ id: string }>({ id: [1, text] });

const runPodSandbox = runtimeMethod(
  "RunPodSandbox",
  message<{ config: SandboxConfig; handler: string }>({
    config: [1, nested(sandboxConfig)],
    handler: [2, text],
  }),
  sandboxId,
);
const stopPodSandbox = runtimeMethod("StopPodSandbox", sandboxId, nothing);
const removePodSandbox = runtimeMethod("RemovePodSandbox", sandboxId, nothing);

interface FilterMessage {
  readonly id: string;
  readonly state: "ready" | "notReady" | undefined;
  readonly labels: TextMap;
}

const sandboxFilter = message<FilterMessage>({
  id: [1, text],
  state: [2, boxed(1, choice("ready", "notReady"))],
  labels: [3, textMap],
});

const listPodSandbox = runtimeMethod(
  "ListPodSandbox",
  message<{ filter: FilterMessage }>({ filter: [1, nested(sandboxFilter)] }),
  message<{ items: readonly SandboxSummary[] }>({ items: [1, list(sandboxSummary)] }),
);
const podSandboxStatus = runtimeMethod(
  "PodSandboxStatus",
  sandboxId,
  message<{ status: SandboxStatus | undefined }>({ status: [1, optional(sandboxStatus)] }),
);
const listPodSandboxStats = runtimeMethod(
  "ListPodSandboxStats",
  nothing,
  message<{ stats: readonly SandboxStats[] }>({ stats: [1, list(sandboxStats)] }),
);
const portForward = runtimeMethod(
  "PortForward",
  message<{ id: string; ports: readonly number[] }>({ id: [1, text], ports: [2, integers] }),
  message<{ url: string }>({ url: [1, text] }),
);

export function criSandboxes(channel: GrpcChannel): SandboxRuntime {
  return {
    run: async (config, handler, signal) => {
      const options = { signal, timeoutMs: runTimeoutMs };
      return (await call(channel, runPodSandbox, { config, handler }, options)).id;
    },
    stop: async (id, signal) => {
      await find(call(channel, stopPodSandbox, { id }, { signal }));
    },
    remove: async (id, signal) => {
      await find(call(channel, removePodSandbox, { id }, { signal }));
    },
    list: async (filter, signal) => {
      const request = { filter: filterMessage(filter) };
      return (await call(channel, listPodSandbox, request, { signal })).items;
    },
    find: async (id, signal) => {
      return (await find(call(channel, podSandboxStatus, { id }, { signal })))?.status;
    },
    listStats: async (signal) => (await call(channel, listPodSandboxStats, {}, { signal })).stats,
    preparePortForward: async (id, ports, signal) => {
      return (await call(channel, portForward, { id, ports }, { signal })).url;
    },
  };
}

function filterMessage({ id = "", state, labels = {} }: SandboxFilter): FilterMessage {
  return { id, state, labels };
}
