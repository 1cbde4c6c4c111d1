/**
 * Loads an application from its Compose files.
 *
 * Each file: read → variables replaced → canonical form → `include` → `extends`; then the files are
 * laid over one another, completed, normalised, checked, and read into typed values.
 */
import { complete } from "./complete.ts";
import { ComposeError, composeError, formatRemark, type Remark } from "./compose-error.ts";
import { decode } from "./decode.ts";
import { parseDotenv } from "./dotenv.ts";
import { checkProject } from "./load/check.ts";
import { loadModel } from "./load/load-model.ts";
import { normalize } from "./load/normalize.ts";
import { projectName } from "./load/project-name.ts";
import { resolveEnvironment, resolveLabels } from "./load/resolve-environment.ts";
import { type ComposeDisk, Sources, standardInput } from "./load/sources.ts";
import { directoryOf, joinPath } from "./path.ts";
import type { ComposeProject } from "./project.ts";
import { composeFile, type Service } from "./schema/project.ts";
import { findValue, type MapNode, textsOf, withEntry, withoutEntry } from "./tree/node.ts";

export interface LoadRequest {
  /** Where the user works: relative paths start here, and messages show paths from here. */
  readonly workingDirectory: string;
  /** The Compose files, later ones over earlier ones; `-` is standard input. */
  readonly files: readonly string[];
  /** What standard input has, where one of the files is that. */
  readonly input: string;
  /** Where relative paths in the files start; undefined for the directory of the first file. */
  readonly projectDirectory: string | undefined;
  /** Undefined to take it from the environment, the file, or the directory. */
  readonly name: string | undefined;
  /** The environment of the command. */
  readonly environment: ReadonlyMap<string, string>;
  /** Files of variables; undefined for `.env` beside the first file, where there is one. */
  readonly envFiles: readonly string[] | undefined;
  /** Profiles to activate beside those in `COMPOSE_PROFILES`; `*` for all. */
  readonly profiles: readonly string[];
  /** `loose` warns of attributes that the specification does not have; the others refuse them. */
  readonly mode: "strict" | "default" | "loose";
  /** Whether variables in the files are replaced. */
  readonly variables: "replaced" | "kept";
}

/** Throws a `ComposeError` that names every problem with its place. */
export async function loadProject(
  disk: ComposeDisk,
  request: LoadRequest,
): Promise<ComposeProject> {
  const { workingDirectory: directory, input } = request;
  const sources = new Sources(disk, { directory, input });
  const files = request.files.map((file) =>
    file === standardInput ? file : joinPath(directory, file),
  );
  const [first] = files;
  if (first === undefined) throw composeError("no configuration file provided: not found");
  const projectDirectory = directoryFor(request, first);
  const environment = await readEnvironment(request, { directory: projectDirectory, sources });
  const name = await nameFor(request, { files, directory: projectDirectory, environment, sources });
  const warnings: Remark[] = [];
  const model = await loadModel(
    files,
    {
      directory: projectDirectory,
      environment: new Map(environment).set("COMPOSE_PROJECT_NAME", name),
      including: [],
    },
    {
      sources,
      home: environment.get("HOME"),
      unknown: request.mode === "loose" ? "warn" : "refuse",
      variables: request.variables,
      warnings,
    },
  );
  warnings.push(...obsolete(model));
  const whole = completed(withoutEntry(model, "version"));
  const normal = normalize(whole, name);
  const profiles = [...request.profiles, ...textList(environment.get("COMPOSE_PROFILES"))];
  const tree =
    request.variables === "kept"
      ? normal
      : await resolveServices(normal, { profiles, environment, sources });
  const facts = { name, directory: projectDirectory, profiles, environment };
  const project = projectFrom(tree, facts);
  const problems = request.variables === "kept" ? [] : checkProject(project);
  if (problems.length > 0) throw new ComposeError(problems);
  return { ...project, warnings: distinct(warnings) };
}

function directoryFor(request: LoadRequest, first: string): string {
  const { projectDirectory, workingDirectory } = request;
  if (projectDirectory !== undefined) return joinPath(workingDirectory, projectDirectory);
  return first === standardInput ? workingDirectory : directoryOf(first);
}

/** The command's own variables go before those of files, and later files before earlier ones. */
async function readEnvironment(
  { envFiles, environment, workingDirectory }: LoadRequest,
  { directory, sources }: { readonly directory: string; readonly sources: Sources },
): Promise<ReadonlyMap<string, string>> {
  const read = new Map<string, string>();
  for (const file of envFiles ?? [joinPath(directory, ".env")]) {
    const path = joinPath(workingDirectory, file);
    const text = await sources.findText(path, undefined);
    if (text === undefined && envFiles !== undefined) {
      throw composeError(`couldn't find env file: ${sources.shown(path)}`);
    }
    const lookup = (name: string) => environment.get(name) ?? read.get(name);
    for (const [name, value] of parseDotenv(text ?? "", sources.shown(path), lookup)) {
      read.set(name, value);
    }
  }
  return new Map([...read, ...environment]);
}

async function nameFor(
  request: LoadRequest,
  context: {
    readonly files: readonly string[];
    readonly directory: string;
    readonly environment: ReadonlyMap<string, string>;
    readonly sources: Sources;
  },
): Promise<string> {
  const { directory, environment } = context;
  const read = context.files.map((file) => context.sources.readDocuments(file, undefined));
  const documents = (await Promise.all(read)).flat();
  return projectName({ given: request.name, documents, directory, environment });
}

function completed(model: MapNode): MapNode {
  const { node, problems } = complete(model, composeFile);
  if (problems.length > 0) throw new ComposeError(problems);
  return node.kind === "map" ? node : model;
}

/** A service that no profile lets in may lack its files. */
async function resolveServices(
  model: MapNode,
  context: {
    readonly profiles: readonly string[];
    readonly environment: ReadonlyMap<string, string>;
    readonly sources: Sources;
  },
): Promise<MapNode> {
  const services = findValue(model, "services");
  if (services?.kind !== "map") return model;
  const lookup = (name: string) => context.environment.get(name);
  const entries = new Map(services.entries);
  for (const [name, entry] of entries) {
    const { value } = entry;
    const wanted = textsOf(findValue(value, "profiles"));
    if (value.kind !== "map" || !isEnabled(wanted, context.profiles)) continue;
    const labelled = await resolveLabels(value, context.sources);
    const resolved = await resolveEnvironment(labelled, lookup, context.sources);
    entries.set(name, { ...entry, value: resolved });
  }
  return withEntry(model, "services", { ...services, entries });
}

function projectFrom(
  tree: MapNode,
  facts: {
    readonly name: string;
    readonly directory: string;
    readonly profiles: readonly string[];
    readonly environment: ReadonlyMap<string, string>;
  },
): Omit<ComposeProject, "warnings"> {
  const file = decode(tree, composeFile);
  const services = new Map<string, Service>();
  const disabledServices = new Map<string, Service>();
  for (const [name, service] of file.services ?? []) {
    const enabled = isEnabled(service.profiles ?? [], facts.profiles);
    (enabled ? services : disabledServices).set(name, service);
  }
  return {
    name: facts.name,
    directory: facts.directory,
    services,
    disabledServices,
    networks: file.networks ?? new Map(),
    volumes: file.volumes ?? new Map(),
    secrets: file.secrets ?? new Map(),
    configs: file.configs ?? new Map(),
    models: file.models ?? new Map(),
    extensions: file.extensions ?? {},
    environment: facts.environment,
    tree,
  };
}

function isEnabled(wanted: readonly string[], active: readonly string[]): boolean {
  return wanted.length === 0 || active.includes("*") || wanted.some((one) => active.includes(one));
}

function obsolete(model: MapNode): readonly Remark[] {
  const version = model.entries.get("version");
  if (version === undefined) return [];
  const message =
    "the attribute `version` is obsolete, it will be ignored, please remove it to avoid potential confusion";
  return [{ place: version.keyPlace, message }];
}

function distinct(remarks: readonly Remark[]): readonly Remark[] {
  return [...new Map(remarks.map((remark) => [formatRemark(remark), remark])).values()];
}

function textList(text: string | undefined): readonly string[] {
  return (text ?? "").split(",").filter((part) => part !== "");
}
