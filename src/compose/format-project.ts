import { plainOf } from "./decode.ts";
import type { ComposeProject } from "./project.ts";
import { type ComposeNode, type Entry, findValue, type MapNode, withEntry } from "./tree/node.ts";
import { writeYaml } from "./tree/write-yaml.ts";

export interface FormatOptions {
  readonly format: "yaml" | "json";
  /** Whether variables were replaced, so that the dollars that remain are dollars. */
  readonly variables: "replaced" | "kept";
}

const sections = ["name", "services", "networks", "volumes", "secrets", "configs", "models"];

/**
 * The application as one Compose file in canonical form: what `config` prints. Loading it again gives
 * the same application. Services that no active profile has are left out.
 */
export function formatProject(
  project: ComposeProject,
  { format, variables }: FormatOptions,
): string {
  const tree = inOrder(withoutDisabled(project));
  const dollars = variables === "replaced" ? "doubled" : "kept";
  return format === "yaml"
    ? writeYaml(tree, { dollars })
    : `${JSON.stringify(plainOf(dollars === "doubled" ? withDollars(tree) : tree), null, 2)}\n`;
}

function withoutDisabled({ tree, disabledServices }: ComposeProject): MapNode {
  const services = findValue(tree, "services");
  if (services?.kind !== "map" || disabledServices.size === 0) return tree;
  const entries = [...services.entries].filter(([name]) => !disabledServices.has(name));
  return withEntry(tree, "services", { ...services, entries: new Map(entries) });
}

/** The name first, extensions last, the attributes of everything by the alphabet. */
function inOrder(tree: MapNode): MapNode {
  const rank = (key: string) => (sections.includes(key) ? sections.indexOf(key) : sections.length);
  const entries = [...tree.entries].sort(([one], [other]) => rank(one) - rank(other));
  return {
    ...tree,
    entries: new Map(
      entries.map(([key, entry]): [string, Entry] => [
        key,
        { ...entry, value: sorted(entry.value) },
      ]),
    ),
  };
}

function sorted(node: ComposeNode): ComposeNode {
  if (node.kind === "scalar") return node;
  if (node.kind === "list") return { ...node, items: node.items.map(sorted) };
  const entries = [...node.entries].sort(([one], [other]) => (one < other ? -1 : 1));
  return {
    ...node,
    entries: new Map(
      entries.map(([key, entry]): [string, Entry] => [
        key,
        { ...entry, value: sorted(entry.value) },
      ]),
    ),
  };
}

function withDollars(node: ComposeNode): ComposeNode {
  if (node.kind === "list") return { ...node, items: node.items.map(withDollars) };
  if (node.kind === "scalar") {
    const { value } = node;
    return typeof value === "string" ? { ...node, value: value.replaceAll("$", "$$$$") } : node;
  }
  const entries = [...node.entries].map(([key, entry]): [string, Entry] => [
    key,
    { ...entry, value: withDollars(entry.value) },
  ]);
  return { ...node, entries: new Map(entries) };
}
