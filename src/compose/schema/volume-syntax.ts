/** `[source:]target[:options]`: the short syntax of `volumes`. */
import {
  type ComposeNode,
  findValue,
  type MapNode,
  mapNode,
  scalarNode,
  textOf,
  withEntry,
} from "../tree/node.ts";
import { cleanPath } from "../path.ts";
import type { PathResolver, Problem } from "./shape.ts";

const propagations: ReadonlySet<string> = new Set([
  "rprivate",
  "private",
  "rshared",
  "shared",
  "rslave",
  "slave",
]);

/** What text in `volumes` stands for; undefined when `item` is no text. */
export function longVolume(item: ComposeNode): MapNode | Problem | undefined {
  if (item.kind !== "scalar" || typeof item.value !== "string") return undefined;
  const spec = item.value;
  if (spec === "") return { problem: "invalid empty volume spec" };
  const sections = splitSections(spec);
  if (sections.includes("")) {
    return { problem: `invalid spec: ${spec}: empty section between colons` };
  }
  if (sections.length > 3) return { problem: `invalid spec: ${spec}: too many colons` };
  const [first = "", target, options = ""] = sections;
  const source = target === undefined ? undefined : first;
  const mount = { source, target: cleanPath(target ?? first), options: options.split(",") };
  return source !== undefined && isFilePath(source)
    ? bindMount(mount, item)
    : volumeMount(mount, item);
}

/** Relative sources of binds start at the file's directory; targets lose what is redundant. */
export function finishMount(mount: MapNode, resolve: PathResolver): MapNode {
  const isBind = textOf(findValue(mount, "type")) === "bind";
  const cleaned = withText(mount, "target", cleanPath);
  const source = findValue(cleaned, "source");
  const written = textOf(source);
  if (!isBind || source === undefined || written === undefined) return cleaned;
  // The path as written stays known: an absolute one is about the machine, not about the project.
  const resolved = { ...scalarNode(resolve(written), source.place), source: written };
  return withEntry(cleaned, "source", resolved);
}

function withText(map: MapNode, key: string, change: (text: string) => string): MapNode {
  const node = findValue(map, key);
  const text = textOf(node);
  if (node === undefined || text === undefined) return map;
  return withEntry(map, key, scalarNode(change(text), node.place));
}

interface Mount {
  readonly source: string | undefined;
  readonly target: string;
  readonly options: readonly string[];
}

function bindMount({ source = "", target, options }: Mount, item: ComposeNode): MapNode {
  const value = (content: string | boolean) => scalarNode(content, item.place);
  const bind: [string, ComposeNode][] = [["create_host_path", value(true)]];
  for (const option of options) {
    if (propagations.has(option)) bind.push(["propagation", value(option)]);
    if (option === "z" || option === "Z") bind.push(["selinux", value(option)]);
  }
  return mapNode(
    [
      ["type", value("bind")],
      ["source", value(source)],
      ["target", value(target)],
      ...readOnly(options, item),
      ["bind", mapNode(bind, item.place)],
    ],
    item.place,
  );
}

function volumeMount({ source, target, options }: Mount, item: ComposeNode): MapNode {
  const value = (content: string | boolean) => scalarNode(content, item.place);
  const volume: [string, ComposeNode][] = options.includes("nocopy")
    ? [["nocopy", value(true)]]
    : [];
  const entries: [string, ComposeNode][] = [["type", value("volume")]];
  if (source !== undefined) entries.push(["source", value(source)]);
  entries.push(["target", value(target)], ...readOnly(options, item));
  entries.push(["volume", mapNode(volume, item.place)]);
  return mapNode(entries, item.place);
}

function readOnly(options: readonly string[], item: ComposeNode): readonly [string, ComposeNode][] {
  return options.includes("ro") ? [["read_only", scalarNode(true, item.place)]] : [];
}

/** At colons, but not at the one of a Windows drive. */
function splitSections(spec: string): string[] {
  const sections: string[] = [];
  for (const part of spec.split(":")) {
    const before = sections.at(-1);
    const isDrive = before !== undefined && /^[a-z]$/i.test(before) && /^[\\/]/.test(part);
    if (isDrive) sections[sections.length - 1] = `${before}:${part}`;
    else sections.push(part);
  }
  return sections;
}

function isFilePath(source: string): boolean {
  return /^[./~]|^\\\\|^[a-z]:[\\/]/i.test(source);
}
