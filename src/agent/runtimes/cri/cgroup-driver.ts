import type { GrpcChannel } from "#base";
import type { CgroupDriver } from "../../cgroup/cgroup-path.ts";
import { RuntimeError } from "../../runtime.ts";
import type { TextMap } from "../../runtime-config.ts";
import { call, nothing, runtimeMethod } from "./call.ts";
import { choice, flag, message, textMap, unboxed } from "./message-codec.ts";

const runtimeConfig = runtimeMethod(
  "RuntimeConfig",
  nothing,
  message<{ driver: CgroupDriver }>({
    driver: [1, unboxed(1, choice("systemd", "cgroupfs"))],
  }),
);

const verboseStatus = runtimeMethod(
  "Status",
  message<{ verbose: boolean }>({ verbose: [1, flag] }),
  message<{ info: TextMap }>({ info: [2, textMap] }),
);

/**
 * How a containerd that we did not configure makes cgroups. Ours must be named in the same way, or
 * containers end up outside of their pods.
 *
 * containerd since 2.0 says so when asked; before, its configuration is part of its verbose status.
 */
export async function findCgroupDriver(
  channel: GrpcChannel,
  signal: AbortSignal,
): Promise<CgroupDriver> {
  try {
    return (await call(channel, runtimeConfig, {}, { signal })).driver;
  } catch (error) {
    // Older than the question.
    if (!(error instanceof RuntimeError) || error.code !== "unimplemented") throw error;
  }
  const { info } = await call(channel, verboseStatus, { verbose: true }, { signal });
  return driverOfConfig(info["config"] ?? "{}");
}

/** @param config containerd's CRI configuration as JSON, with `SystemdCgroup` among runc's options */
export function driverOfConfig(config: string): CgroupDriver {
  let driver: CgroupDriver = "cgroupfs";
  // The reviver meets every property, wherever versions of containerd keep this one.
  JSON.parse(config, (key, value: unknown) => {
    if (/^systemdcgroup$/i.test(key) && value === true) driver = "systemd";
    return value;
  });
  return driver;
}
