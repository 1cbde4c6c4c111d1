/** The named things beside services: networks, volumes, secrets, configs and models. */
import {
  type ComposeNode,
  findValue,
  listNode,
  type MapNode,
  scalarNode,
  textOf,
  withEntry,
} from "../tree/node.ts";
import { driverOptions, labels } from "./pieces.ts";
import {
  dictionary,
  flag,
  list,
  looseText,
  type Problem,
  record,
  required,
  text,
  whole,
} from "./shape.ts";
import { filePath } from "./text-formats.ts";

const ipamPool = record({
  subnet: text(),
  ip_range: text(),
  gateway: text(),
  aux_addresses: dictionary(text()),
});

export const network = record(
  {
    name: text(),
    driver: text(),
    driver_opts: driverOptions(),
    ipam: record({
      driver: text(),
      config: list(ipamPool, { merge: mergePools }),
      options: dictionary(looseText()),
    }),
    external: flag(),
    internal: flag(),
    enable_ipv4: flag(),
    enable_ipv6: flag(),
    attachable: flag(),
    labels: labels(),
  },
  { empty: "allowed", prepare: plainExternal },
);

export const volume = record(
  {
    name: text(),
    driver: text(),
    driver_opts: driverOptions(),
    external: flag(),
    labels: labels(),
  },
  { empty: "allowed", prepare: plainExternal },
);

export const secret = record(
  {
    name: text(),
    environment: text(),
    file: filePath(),
    external: flag(),
    labels: labels(),
    driver: text(),
    driver_opts: driverOptions(),
    template_driver: text(),
  },
  { prepare: plainExternal },
);

export const config = record(
  {
    name: text(),
    content: text(),
    environment: text(),
    file: filePath(),
    external: flag(),
    labels: labels(),
    template_driver: text(),
  },
  { prepare: plainExternal },
);

/** A model for inference that services use. */
export const model = record({
  name: text(),
  model: required(text()),
  context_size: whole(),
  runtime_flags: list(text()),
});

/** `external: {name: x}` is an old way to write `external: true` and `name: x`. */
function plainExternal(resource: MapNode): MapNode | Problem {
  const external = findValue(resource, "external");
  if (external?.kind !== "map") return resource;
  const plain = withEntry(resource, "external", scalarNode(true, external.place));
  const oldName = findValue(external, "name");
  if (oldName === undefined) return plain;
  const name = textOf(findValue(resource, "name"));
  if (name !== undefined && name !== textOf(oldName)) {
    return { problem: "name and external.name conflict; only use name" };
  }
  return withEntry(plain, "name", oldName);
}

/** Address pools with the same subnet are the same pool. */
function mergePools(base: ComposeNode, over: ComposeNode): ComposeNode {
  if (base.kind !== "list" || over.kind !== "list") return over;
  const pools = [...base.items];
  for (const pool of over.items) {
    const subnet = textOf(findValue(pool, "subnet"));
    const index = pools.findIndex((known) => textOf(findValue(known, "subnet")) === subnet);
    const known = pools[index];
    if (known?.kind === "map" && pool.kind === "map") {
      pools[index] = { ...known, entries: new Map([...known.entries, ...pool.entries]) };
    } else {
      pools.push(pool);
    }
  }
  return listNode(pools, base.place);
}
