import type { GrpcChannel } from "#base";
import type {
  Runtime,
  RuntimeCondition,
  RuntimeEvent,
  RuntimeHandler,
  RuntimeStatus,
} from "../../runtime.ts";
import { call, nothing, runtimeErrorOf, runtimeMethod } from "./call.ts";
import { criContainers } from "./containers.ts";
import { criImages } from "./images.ts";
import {
  choice,
  flag,
  list,
  message,
  nested,
  optional,
  text,
  timeMs,
  unboxed,
} from "./message-codec.ts";
import { criSandboxes } from "./sandboxes.ts";
import { containerStatus, sandboxStatus } from "./state-messages.ts";

interface VersionMessage {
  readonly name: string;
  readonly version: string;
  readonly apiVersion: string;
}

const versionMethod = runtimeMethod(
  "Version",
  message<{ version: string }>({ version: [1, text] }),
  message<VersionMessage>({ name: [2, text], version: [3, text], apiVersion: [4, text] }),
);

const condition = message<RuntimeCondition>({
  type: [1, text],
  status: [2, flag],
  reason: [3, text],
  message: [4, text],
});

interface HandlerMessage {
  readonly name: string;
  readonly features: Omit<RuntimeHandler, "name">;
}

const handler = message<HandlerMessage>({
  name: [1, text],
  features: [
    2,
    nested(
      message<HandlerMessage["features"]>({
        recursiveReadOnlyMounts: [1, flag],
        userNamespaces: [2, flag],
      }),
    ),
  ],
});

interface StatusMessage {
  readonly conditions: readonly RuntimeCondition[];
  readonly handlers: readonly HandlerMessage[];
}

const statusMethod = runtimeMethod(
  "Status",
  nothing,
  message<StatusMessage>({
    conditions: [1, unboxed(1, list(condition))],
    handlers: [3, list(handler)],
  }),
);

const updateRuntimeConfig = runtimeMethod(
  "UpdateRuntimeConfig",
  message<{ podCidr: string }>({ podCidr: [1, unboxed(1, unboxed(1, text))] }),
  nothing,
);

const event = message<RuntimeEvent>({
  containerId: [1, text],
  type: [2, choice("created", "started", "stopped", "deleted")],
  atMs: [3, timeMs],
  sandbox: [4, optional(sandboxStatus)],
  containers: [5, list(containerStatus)],
});

/** A runtime behind a CRI socket: containerd or CRI-O, `runtime.v1`. */
export function criRuntime(channel: GrpcChannel): Runtime {
  return {
    sandboxes: criSandboxes(channel),
    containers: criContainers(channel),
    images: criImages(channel),
    version: async (signal) => await call(channel, versionMethod, { version: "v1" }, { signal }),
    status: async (signal) => statusOf(await call(channel, statusMethod, {}, { signal })),
    applyPodCidr: async (podCidr, signal) => {
      await call(channel, updateRuntimeConfig, { podCidr }, { signal });
    },
    watch: (signal) => watchEvents(channel, signal),
  };
}

async function* watchEvents(
  channel: GrpcChannel,
  signal: AbortSignal,
): AsyncIterable<RuntimeEvent> {
  const path = "/runtime.v1.RuntimeService/GetContainerEvents";
  try {
    for await (const bytes of channel.stream(path, new Uint8Array(0), signal)) {
      yield event.decode(bytes);
    }
  } catch (error) {
    throw runtimeErrorOf(error);
  }
}

function statusOf({ conditions, handlers }: StatusMessage): RuntimeStatus {
  return {
    conditions,
    handlers: handlers.map(({ name, features }) => ({ name, ...features })),
  };
}
