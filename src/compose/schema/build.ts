import { findValue, type MapNode, textOf } from "../tree/node.ts";
import { fileMount } from "./file-mount.ts";
import { hook } from "./hook.ts";
import {
  environment,
  extraHosts,
  keyOfPair,
  labels,
  shortFor,
  textOrList,
  ulimits,
  withDefaults,
} from "./pieces.ts";
import {
  dictionary,
  flag,
  list,
  looseText,
  nullableText,
  oneOf,
  record,
  required,
  text,
} from "./shape.ts";
import { buildContext, byteSize, filePath } from "./text-formats.ts";

/** How the image of a service is built. */
export const build = record(
  {
    context: buildContext(),
    dockerfile: text(),
    dockerfile_inline: text(),
    entitlements: list(text()),
    args: environment(),
    ssh: dictionary(nullableText(), { list: "pairs" }),
    labels: labels(),
    cache_from: list(text()),
    cache_to: list(text()),
    no_cache: flag(),
    no_cache_filter: textOrList(),
    additional_contexts: dictionary(buildContext(), { list: "pairs" }),
    network: text(),
    provenance: looseText(),
    sbom: looseText(),
    pull: flag(),
    target: text(),
    shm_size: byteSize(),
    extra_hosts: extraHosts(),
    isolation: text(),
    privileged: flag(),
    secrets: list(fileMount, { identity: (item) => textOf(findValue(item, "source")) ?? "" }),
    tags: list(text(), { identity: keyOfPair }),
    ulimits,
    platforms: list(text()),
  },
  { short: shortFor("context"), fill: withDockerfile },
);

/** What happens when the sources of a service change. */
export const develop = record(
  {
    watch: list(
      record({
        path: required(filePath()),
        action: required(oneOf("rebuild", "sync", "restart", "sync+restart", "sync+exec")),
        target: text(),
        ignore: textOrList(),
        include: textOrList(),
        exec: hook,
        initial_sync: flag(),
      }),
    ),
  },
  { empty: "allowed" },
);

function withDockerfile(node: MapNode): MapNode {
  return node.entries.has("dockerfile_inline")
    ? node
    : withDefaults({ dockerfile: "Dockerfile" })(node);
}
