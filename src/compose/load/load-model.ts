/** Reads files, replaces variables, follows `include` and `extends`, and lays the files together. */
import { type Canonical, canonicalOf } from "../canonical.ts";
import { ComposeError, composeError, type Remark } from "../compose-error.ts";
import { parseDotenv } from "../dotenv.ts";
import { interpolate } from "../interpolate.ts";
import { mergeNodes, settle } from "../merge.ts";
import { directoryOf, joinPath } from "../path.ts";
import type { Place } from "../place.ts";
import { composeFile } from "../schema/project.ts";
import {
  type ComposeNode,
  findValue,
  type MapNode,
  mapNode,
  textOf,
  textsOf,
  withoutEntry,
} from "../tree/node.ts";
import { extendServices } from "./extend-services.ts";
import { refuseRemote, type Sources } from "./sources.ts";

/** How files are read, the same for all files of an application. */
export interface ModelRules {
  readonly sources: Sources;
  readonly home: string | undefined;
  readonly unknown: "refuse" | "warn";
  readonly variables: "replaced" | "kept";
  /** Collects what is worth a warning. */
  readonly warnings: Remark[];
}

/** Where files are read from and which variables they see. */
export interface Surroundings {
  /** Where relative paths start. */
  readonly directory: string;
  readonly environment: ReadonlyMap<string, string>;
  /** The files that are being included, outermost first. */
  readonly including: readonly string[];
}

/** The files laid over one another in their order, as one tree in canonical form. */
export async function loadModel(
  files: readonly string[],
  surroundings: Surroundings,
  rules: ModelRules,
): Promise<MapNode> {
  let model: MapNode | undefined;
  for (const file of files) {
    for (const document of await readModels(file, surroundings, rules)) {
      model = laidOver(model, document);
    }
  }
  if (model === undefined) throw composeError("empty compose file");
  return model;
}

/** The documents of a file in canonical form, their variables replaced; nothing else is followed. */
async function readCanonical(
  file: string,
  { directory, environment }: Pick<Surroundings, "directory" | "environment">,
  { rules, place }: { readonly rules: ModelRules; readonly place: Place | undefined },
): Promise<readonly MapNode[]> {
  const documents = await rules.sources.readDocuments(file, place);
  return documents.map((document) => {
    if (document.kind !== "map") {
      throw composeError("top-level object must be a mapping", document.place);
    }
    const replaced =
      rules.variables === "kept"
        ? { node: document, problems: [], warnings: [] }
        : interpolate(document, (name) => environment.get(name));
    refuse(replaced.problems);
    rules.warnings.push(...replaced.warnings);
    return asMap(canonicalOf(replaced.node, composeFile, { ...rules, directory }), rules);
  });
}

function asMap({ node, problems, warnings }: Canonical, rules: ModelRules): MapNode {
  refuse(problems);
  rules.warnings.push(...warnings);
  return node.kind === "map" ? node : mapNode([], node.place);
}

async function readModels(
  file: string,
  surroundings: Surroundings,
  rules: ModelRules,
): Promise<readonly MapNode[]> {
  const documents = await readCanonical(file, surroundings, { rules, place: undefined });
  const models: MapNode[] = [];
  for (const document of documents) {
    const whole = await includeFiles(document, file, { surroundings, rules });
    const read = (path: string, place: Place) => readExtended(path, place, { surroundings, rules });
    const shown = (path: string) => rules.sources.shown(path);
    const { directory } = surroundings;
    models.push(await extendServices(whole, file, { read, shown, directory }));
  }
  return models;
}

/** What `extends` finds in another file, whose relative paths start where that file is. */
async function readExtended(
  file: string,
  place: Place,
  { surroundings, rules }: { readonly surroundings: Surroundings; readonly rules: ModelRules },
): Promise<MapNode> {
  const { environment } = surroundings;
  const own = { directory: directoryOf(file), environment };
  const [first, ...others] = await readCanonical(file, own, { rules, place });
  if (first === undefined) throw composeError(`${rules.sources.shown(file)} is empty`, place);
  return others.reduce(laidOver, first);
}

interface Including {
  readonly surroundings: Surroundings;
  readonly rules: ModelRules;
}

/** The model with what its `include` brings in lying under its own. */
async function includeFiles(
  model: MapNode,
  file: string,
  { surroundings, rules }: Including,
): Promise<MapNode> {
  const include = findValue(model, "include");
  if (include?.kind !== "list") return model;
  let whole = withoutEntry(model, "include");
  const including = [...surroundings.including, file];
  for (const item of include.items) {
    const included = await loadIncluded(item, { ...surroundings, including }, rules);
    whole = laidUnder(included, whole);
  }
  return whole;
}

const includedSections = ["services", "volumes", "networks", "secrets", "configs", "models"];

/** Only named things are included; the name and the extensions of the other file stay there. */
function laidUnder(included: MapNode, own: MapNode): MapNode {
  const entries = [...included.entries].filter(([key]) => includedSections.includes(key));
  const base: MapNode = { ...included, entries: new Map(entries) };
  return { ...laidOver(base, own), place: own.place };
}

async function loadIncluded(
  item: ComposeNode,
  surroundings: Surroundings,
  rules: ModelRules,
): Promise<MapNode> {
  const paths = textsOf(findValue(item, "path"));
  for (const path of paths) refuseRemote(path, item.place);
  const files = paths.map((path) => joinPath(surroundings.directory, path));
  const [main] = files;
  if (main === undefined) throw composeError("include has no path", item.place);
  if (surroundings.including.includes(main)) {
    const chain = [...surroundings.including, main].map((path) => rules.sources.shown(path));
    throw composeError(`include cycle detected:\n${chain.join("\n include ")}`, item.place);
  }
  const given = textOf(findValue(item, "project_directory"));
  const directory =
    given === undefined ? directoryOf(main) : joinPath(surroundings.directory, given);
  const environment = await includedEnvironment(item, directory, { surroundings, rules });
  await refuseAbsent(files, item.place, rules);
  return loadModel(files, { ...surroundings, directory, environment }, rules);
}

/** The includer's variables go before those that the included project has for itself. */
async function includedEnvironment(
  item: ComposeNode,
  directory: string,
  { surroundings, rules }: Including,
): Promise<ReadonlyMap<string, string>> {
  const node = findValue(item, "env_file");
  const named = textsOf(node).filter((path) => path !== "/dev/null");
  const paths =
    node === undefined
      ? [joinPath(directory, ".env")]
      : named.map((path) => joinPath(surroundings.directory, path));
  const outer = surroundings.environment;
  const own = new Map<string, string>();
  for (const path of paths) {
    const text = await rules.sources.findText(path, node?.place);
    if (text === undefined && node !== undefined) {
      throw composeError(`env file ${rules.sources.shown(path)} not found`, node.place);
    }
    const lookup = (name: string) => outer.get(name) ?? own.get(name);
    const read = parseDotenv(text ?? "", rules.sources.shown(path), lookup);
    for (const [name, value] of read) own.set(name, value);
  }
  return new Map([...own, ...outer]);
}

async function refuseAbsent(
  files: readonly string[],
  place: Place,
  { sources }: ModelRules,
): Promise<void> {
  for (const file of files) {
    if ((await sources.findText(file, place)) === undefined) {
      throw composeError(`open ${sources.shown(file)}: no such file`, place);
    }
  }
}

function laidOver(base: MapNode | undefined, over: MapNode): MapNode {
  const merged = base === undefined ? settle(over) : mergeNodes(base, over, composeFile);
  return merged?.kind === "map" ? merged : mapNode([], over.place);
}

function refuse(problems: readonly Remark[]): void {
  if (problems.length > 0) throw new ComposeError(problems);
}
