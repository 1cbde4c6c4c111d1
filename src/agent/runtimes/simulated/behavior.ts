/**
 * How a simulated container behaves, as its pod's annotations tell. Each may end in a dot and a
 * container's name to be about that one only:
 *
 *   simulated.wherry/pull-seconds     how long its image takes; default 0
 *   simulated.wherry/pull-error       the image cannot be had, and this is why
 *   simulated.wherry/start-seconds    how long it takes to start; default 0
 *   simulated.wherry/run-seconds      it ends by itself after this long; default: never
 *   simulated.wherry/exit-code        … with this status; default 0
 *   simulated.wherry/cpu              what it uses, a quantity of cores; default 1m
 *   simulated.wherry/memory           what it uses, a quantity of bytes; default 16Mi
 */
import { parseQuantity, type Quantity } from "#api";
import { RuntimeError } from "../../runtime.ts";
import type { TextMap } from "../../runtime-config.ts";

export interface Behavior {
  readonly pullMs: number;
  /** Empty: the image can be had. */
  readonly pullError: string;
  readonly startMs: number;
  /** Undefined: it runs until it is stopped. */
  readonly runMs: number | undefined;
  readonly exitCode: number;
  readonly cpuNanoCores: number;
  readonly memoryBytes: number;
}

const prefix = "simulated.wherry/";
const nanosPerUnit = 1_000_000_000n;

/** Reads a container's behaviour. Throws `invalidArgument` for what cannot be read. */
export function behaviorOf(annotations: TextMap, containerName: string): Behavior {
  const find = (name: string) => {
    const own = `${prefix}${name}.${containerName}`;
    if (Object.hasOwn(annotations, own)) return annotations[own];
    return Object.hasOwn(annotations, prefix + name) ? annotations[prefix + name] : undefined;
  };
  return {
    pullMs: milliseconds("pull-seconds", find("pull-seconds")) ?? 0,
    pullError: find("pull-error") ?? "",
    startMs: milliseconds("start-seconds", find("start-seconds")) ?? 0,
    runMs: milliseconds("run-seconds", find("run-seconds")),
    exitCode: numberOf("exit-code", find("exit-code") ?? "0"),
    cpuNanoCores: Number(quantity("cpu", find("cpu") ?? "1m").nanos),
    memoryBytes: Number(quantity("memory", find("memory") ?? "16Mi").nanos / nanosPerUnit),
  };
}

function milliseconds(name: string, text: string | undefined): number | undefined {
  return text === undefined ? undefined : numberOf(name, text) * 1000;
}

function numberOf(name: string, text: string): number {
  if (/^\d{1,9}(?:\.\d{1,3})?$/.test(text)) return Number(text);
  throw new RuntimeError("invalidArgument", `annotation ${prefix}${name}: "${text}" is no number`);
}

function quantity(name: string, text: string): Quantity {
  try {
    return parseQuantity(text);
  } catch (error) {
    const message = `annotation ${prefix}${name}: "${text}" is no quantity`;
    throw new RuntimeError("invalidArgument", message, { cause: error });
  }
}
