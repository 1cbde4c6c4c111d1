/** `--node-group name=small,min=1,max=5,cpu=4,memory=8Gi`: a node group in one line. Pure. */

import type { NodeGroup, NodeTemplateTaint } from "#api/node-groups/v1";
import { parseDuration, parseQuantity, ValueError } from "#api";
import { UsageError } from "./usage-error.ts";

export const nodeGroupFlag = {
  type: "pairs",
  placeholder: "name=NAME,max=N,cpu=CPU,memory=BYTES",
  help: "nodes that come and go with the pods; also min, label, taint, startup, unneeded, unready, delay-after-add, threshold, and other resources",
} as const;

const durations = ["startup", "unneeded", "unready", "delay-after-add", "provision"];
const singles: ReadonlySet<string> = new Set(["name", "min", "max", "threshold", ...durations]);

const plainResources: ReadonlySet<string> = new Set(["cpu", "memory", "pods", "ephemeral-storage"]);

/** Throws UsageError for what is no group. */
export function parseNodeGroup(text: string): NodeGroup {
  const parts = text.split(",").map(splitPart);
  const single = new Map(parts.filter(([key]) => singles.has(key)));
  const name = single.get("name");
  const max = single.get("max");
  const labels = parts.filter(([key]) => key === "label").map(([, label]) => splitPart(label));
  const taints = parts.filter(([key]) => key === "taint").map(([, taint]) => parseTaint(taint));
  const capacity = Object.fromEntries(parts.filter(([key]) => isResource(key)).map(checkAmount));
  const missing = ["name", "max", "cpu", "memory"].filter(
    (key) => !parts.some(([is]) => is === key),
  );
  if (name === undefined || max === undefined || missing.length > 0) {
    throw new UsageError(`--node-group "${text}" has no ${missing.join(", ")}`);
  }
  for (const key of durations) checkDuration(key, single.get(key));
  const min = single.get("min");
  const minSize = min === undefined ? undefined : countOf("min", min);
  const maxSize = countOf("max", max);
  if ((minSize ?? 0) > maxSize) {
    throw new UsageError(`--node-group: min ${min} is more than max ${max}`);
  }
  const threshold = single.get("threshold");
  return {
    metadata: { name },
    spec: {
      minSize,
      maxSize,
      template: {
        capacity,
        startup: single.get("startup"),
        ...(labels.length === 0 ? {} : { labels: Object.fromEntries(labels) }),
        ...(taints.length === 0 ? {} : { taints }),
      },
      scaleDown: {
        unneededTime: single.get("unneeded"),
        unreadyTime: single.get("unready"),
        delayAfterAdd: single.get("delay-after-add"),
        utilizationThreshold: threshold === undefined ? undefined : shareOf(threshold),
      },
      maxNodeProvisionTime: single.get("provision"),
    },
  };
}

function splitPart(part: string): readonly [key: string, value: string] {
  const at = part.indexOf("=");
  if (at <= 0) throw new UsageError(`--node-group takes KEY=VALUE, not "${part}"`);
  return [part.slice(0, at), part.slice(at + 1)];
}

/** Whatever is nothing else is something that a node has: `nvidia.com/gpu=1`. */
function isResource(key: string): boolean {
  if (singles.has(key) || key === "label" || key === "taint") return false;
  if (plainResources.has(key) || key.includes("/")) return true;
  throw new UsageError(`--node-group knows no "${key}"`);
}

function checkAmount([key, amount]: readonly [string, string]): readonly [string, string] {
  try {
    parseQuantity(amount);
  } catch (error) {
    if (!(error instanceof ValueError)) throw error;
    throw new UsageError(`--node-group: ${key} must be an amount, not "${amount}"`);
  }
  return [key, amount];
}

/** As kubectl has it: `key=value:Effect`, `key:Effect`. */
function parseTaint(text: string): NodeTemplateTaint {
  const [, key = "", value, effect = ""] =
    /^([^=:]+)(?:=([^:]*))?:(NoSchedule|PreferNoSchedule|NoExecute)$/.exec(text) ?? [];
  if (effect !== "NoSchedule" && effect !== "PreferNoSchedule" && effect !== "NoExecute") {
    throw new UsageError(`--node-group: a taint is like key=value:NoSchedule, not "${text}"`);
  }
  return { key, ...(value === undefined ? {} : { value }), effect };
}

function countOf(key: string, text: string): number {
  if (!/^\d{1,4}$/.test(text)) {
    throw new UsageError(`--node-group: ${key} must be a number, not "${text}"`);
  }
  return Number(text);
}

function shareOf(text: string): number {
  const share = text.endsWith("%") ? Number(text.slice(0, -1)) / 100 : Number(text);
  if (share >= 0 && share <= 1) return share;
  throw new UsageError(`--node-group: threshold is like 50% or 0.5, not "${text}"`);
}

function checkDuration(key: string, text: string | undefined): void {
  if (text === undefined) return;
  try {
    if (parseDuration(text) >= 0) return;
  } catch (error) {
    if (!(error instanceof ValueError)) throw error;
  }
  throw new UsageError(`--node-group: ${key} must be a duration such as 10m, not "${text}"`);
}
