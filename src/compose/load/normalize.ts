/** Writes down what a Compose file leaves unsaid: the default network, implied dependencies, names. */
import {
  type ComposeNode,
  type Entry,
  findValue,
  isTrue,
  type MapNode,
  mapNode,
  scalarNode,
  textOf,
  withEntry,
} from "../tree/node.ts";

/** The model with everything said. Doing it twice changes nothing. */
export function normalize(model: MapNode, name: string): MapNode {
  const services = mapServices(model, (service) => withDependencies(withNetwork(service)));
  return withNames(withDefaultNetwork(services), name);
}

/** The model with every service replaced. */
function mapServices(model: MapNode, change: (service: MapNode) => MapNode): MapNode {
  const services = findValue(model, "services");
  if (services?.kind !== "map") return model;
  const entries = [...services.entries].map(([key, entry]): [string, Entry] => [
    key,
    entry.value.kind === "map" ? { ...entry, value: change(entry.value) } : entry,
  ]);
  return withEntry(model, "services", { ...services, entries: new Map(entries) });
}

/** A service that names no network is on the default one. */
function withNetwork(service: MapNode): MapNode {
  if (service.entries.has("provider") || service.entries.has("network_mode")) return service;
  const networks = findValue(service, "networks");
  if (networks?.kind === "map" && networks.entries.size > 0) return service;
  const place = networks?.place ?? service.place;
  return withEntry(service, "networks", mapNode([["default", scalarNode(null, place)]], place));
}

function withDefaultNetwork(model: MapNode): MapNode {
  const services = findValue(model, "services");
  const networks = findValue(model, "networks");
  const all = services?.kind === "map" ? [...services.entries.values()] : [];
  const isUsed = all.some(
    ({ value }) => findValue(findValue(value, "networks"), "default") !== undefined,
  );
  if (!isUsed || findValue(networks, "default") !== undefined) return model;
  const known = networks?.kind === "map" ? networks : mapNode([], model.place);
  const added = withEntry(known, "default", scalarNode(null, model.place));
  return withEntry(model, "networks", added);
}

/** What a service refers to it also depends on. */
function withDependencies(service: MapNode): MapNode {
  const known = findValue(service, "depends_on");
  const implied = impliedDependencies(service).filter(
    ([name]) => findValue(known, name) === undefined,
  );
  if (implied.length === 0) return service;
  const base = known?.kind === "map" ? known : mapNode([], service.place);
  const whole = implied.reduce((map, [name, node]) => withEntry(map, name, node), base);
  return withEntry(service, "depends_on", whole);
}

function impliedDependencies(service: MapNode): readonly (readonly [string, MapNode])[] {
  const links = itemsOf(findValue(service, "links")).map((link) =>
    dependency(textOf(link)?.split(":")[0] ?? "", link, true),
  );
  const joined = ["network_mode", "ipc", "pid", "uts", "cgroup"].flatMap((attribute) => {
    const node = findValue(service, attribute);
    const [, name] = /^service:(.+)$/.exec(textOf(node) ?? "") ?? [];
    return node === undefined || name === undefined ? [] : [dependency(name, node, true)];
  });
  const mounted = itemsOf(findValue(service, "volumes_from")).flatMap((item) => {
    const source = textOf(item) ?? "";
    const [name = ""] = source.split(":");
    return source.startsWith("container:") ? [] : [dependency(name, item, false)];
  });
  return [...links, ...joined, ...mounted];
}

function dependency(
  name: string,
  { place }: ComposeNode,
  restart: boolean,
): readonly [string, MapNode] {
  const entries: [string, ComposeNode][] = [
    ["condition", scalarNode("service_started", place)],
    ["restart", scalarNode(restart, place)],
    ["required", scalarNode(true, place)],
  ];
  return [name, mapNode(entries, place)];
}

function itemsOf(node: ComposeNode | undefined): readonly ComposeNode[] {
  return node?.kind === "list" ? node.items : [];
}

/** A thing without a name is called as in the file: with the project's name before it if it is ours. */
function withNames(model: MapNode, project: string): MapNode {
  const named = withEntry(model, "name", scalarNode(project, model.place));
  return ["networks", "volumes", "configs", "secrets"].reduce((whole, section) => {
    const things = findValue(whole, section);
    if (things?.kind !== "map") return whole;
    const entries = [...things.entries].map(([key, entry]): [string, Entry] => {
      const { place } = entry.value;
      const thing = entry.value.kind === "map" ? entry.value : mapNode([], place);
      if (thing.entries.has("name")) return [key, { ...entry, value: thing }];
      const isExternal = isTrue(findValue(thing, "external"));
      const name = scalarNode(isExternal ? key : `${project}_${key}`, place);
      return [key, { ...entry, value: withEntry(thing, "name", name) }];
    });
    return withEntry(whole, section, { ...things, entries: new Map(entries) });
  }, named);
}
