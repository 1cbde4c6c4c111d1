import { type ComposeNode, listNode, mapNode, scalarNode, textOf } from "../tree/node.ts";
import { labels, textSet, withDefaults } from "./pieces.ts";
import { decimal, list, looseText, oneOf, record, text, whole } from "./shape.ts";
import { byteSize, duration } from "./text-formats.ts";

/** Devices, such as graphics processors, that a service asks for. -1 stands for all of them. */
const deviceRequest = record(
  {
    capabilities: textSet(),
    count: whole({ words: { all: -1 }, min: -1 }),
    device_ids: textSet(),
    driver: text(),
    options: labels(),
  },
  { fill: (node) => (node.entries.has("device_ids") ? node : withDefaults({ count: -1 })(node)) },
);

export const gpus = list(deviceRequest, { short: allGpus });

function allGpus(node: ComposeNode): ComposeNode | undefined {
  if (textOf(node) !== "all") return undefined;
  const all = mapNode([["count", scalarNode(-1, node.place)]], node.place);
  return listNode([all], node.place);
}

const updateConfig = record({
  parallelism: whole({ min: 0 }),
  delay: duration(),
  failure_action: oneOf("continue", "pause", "rollback"),
  monitor: duration(),
  max_failure_ratio: decimal(),
  order: oneOf("start-first", "stop-first"),
});

const rollbackConfig = record({
  parallelism: whole({ min: 0 }),
  delay: duration(),
  failure_action: oneOf("continue", "pause"),
  monitor: duration(),
  max_failure_ratio: decimal(),
  order: oneOf("start-first", "stop-first"),
});

const resources = record({
  limits: record({ cpus: decimal(), memory: byteSize(), pids: whole() }),
  reservations: record({
    cpus: decimal(),
    memory: byteSize(),
    generic_resources: list(
      record({ discrete_resource_spec: record({ kind: text(), value: decimal() }) }),
    ),
    devices: list(deviceRequest),
  }),
});

/** How a service runs on a cluster. */
export const deploy = record(
  {
    mode: oneOf("replicated", "global", "replicated-job", "global-job"),
    endpoint_mode: oneOf("vip", "dnsrr"),
    replicas: whole({ min: 0 }),
    labels: labels(),
    rollback_config: rollbackConfig,
    update_config: updateConfig,
    resources,
    restart_policy: record({
      condition: oneOf("none", "on-failure", "any", "unless-stopped", "always"),
      delay: duration(),
      max_attempts: whole({ min: 0 }),
      window: duration(),
    }),
    placement: record({
      constraints: list(looseText()),
      preferences: list(record({ spread: text() })),
      max_replicas_per_node: whole({ min: 0 }),
    }),
  },
  { empty: "allowed" },
);
