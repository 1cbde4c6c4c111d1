/** Turns `env_file`, `label_file` and variables without a value into what containers get. */
import { composeError } from "../compose-error.ts";
import { parseDotenv, parseRawEnv } from "../dotenv.ts";
import type { Lookup } from "../template.ts";
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
  withoutEntry,
} from "../tree/node.ts";
import type { Sources } from "./sources.ts";

/**
 * The service with all its variables under `environment`, those of its files lying under its own. A
 * variable without a value takes that of the command's environment and is dropped without one.
 */
export async function resolveEnvironment(
  service: MapNode,
  lookup: Lookup,
  sources: Sources,
): Promise<MapNode> {
  const files = findValue(service, "env_file");
  const own = findValue(service, "environment");
  if (files === undefined && own === undefined) return service;
  const read = await readEnvFiles(files, { lookup, sources });
  const variables = withOwn(read, own, lookup);
  const place = own?.place ?? files?.place ?? service.place;
  const environment = { ...mapNode(variables, place), place };
  return withEntry(withoutEntry(service, "env_file"), "environment", withKeys(environment, own));
}

/** A variable of the service's own that has no value anywhere is not set at all. */
function withOwn(
  read: ReadonlyMap<string, ComposeNode>,
  own: ComposeNode | undefined,
  lookup: Lookup,
): ReadonlyMap<string, ComposeNode> {
  const variables = new Map(read);
  for (const [name, { value }] of own?.kind === "map" ? own.entries : []) {
    const outside = isNull(value) ? lookup(name) : undefined;
    if (!isNull(value)) variables.set(name, value);
    else if (outside === undefined) variables.delete(name);
    else variables.set(name, scalarNode(outside, value.place));
  }
  return variables;
}

async function readEnvFiles(
  files: ComposeNode | undefined,
  { lookup, sources }: { readonly lookup: Lookup; readonly sources: Sources },
): Promise<ReadonlyMap<string, ComposeNode>> {
  const variables = new Map<string, ComposeNode>();
  for (const file of files?.kind === "list" ? files.items : []) {
    const read = await readEnvFile(file, { lookup, known: variables, sources });
    for (const [name, value] of read) variables.set(name, scalarNode(value, file.place));
  }
  return variables;
}

/** The service with the labels of its files lying under its own. */
export async function resolveLabels(service: MapNode, sources: Sources): Promise<MapNode> {
  const files = findValue(service, "label_file");
  if (files === undefined) return service;
  const labels = new Map<string, ComposeNode>();
  for (const file of files.kind === "list" ? files.items : []) {
    const path = textOf(file) ?? "";
    const text = await sources.findText(path, file.place);
    if (text === undefined) {
      throw composeError(`label file ${sources.shown(path)} not found`, file.place);
    }
    for (const [name, value] of parseDotenv(text, sources.shown(path), () => undefined)) {
      labels.set(name, scalarNode(value, file.place));
    }
  }
  const own = findValue(service, "labels");
  for (const [name, { value }] of own?.kind === "map" ? own.entries : []) labels.set(name, value);
  const merged = withKeys(mapNode(labels, own?.place ?? files.place), own);
  return withEntry(withoutEntry(service, "label_file"), "labels", merged);
}

async function readEnvFile(
  file: ComposeNode,
  {
    lookup,
    known,
    sources,
  }: {
    readonly lookup: Lookup;
    readonly known: ReadonlyMap<string, ComposeNode>;
    readonly sources: Sources;
  },
): Promise<ReadonlyMap<string, string>> {
  const path = textOf(findValue(file, "path")) ?? "";
  const text = await sources.findText(path, file.place);
  if (text === undefined) {
    if (!isTrue(findValue(file, "required"))) return new Map();
    throw composeError(`env file ${sources.shown(path)} not found`, file.place);
  }
  const format = textOf(findValue(file, "format")) ?? "";
  if (format === "raw") return parseRawEnv(text, lookup);
  if (format !== "") throw composeError(`unsupported env_file format "${format}"`, file.place);
  return parseDotenv(text, sources.shown(path), (name) => lookup(name) ?? textOf(known.get(name)));
}

/** The places of the keys that were written in the Compose file. */
function withKeys(map: MapNode, written: ComposeNode | undefined): MapNode {
  if (written?.kind !== "map") return map;
  const entries = [...map.entries].map(([key, entry]): [string, Entry] => [
    key,
    { ...entry, keyPlace: written.entries.get(key)?.keyPlace ?? entry.keyPlace },
  ]);
  return { ...map, entries: new Map(entries) };
}

function isNull(node: ComposeNode): boolean {
  return node.kind === "scalar" && node.value === null;
}
