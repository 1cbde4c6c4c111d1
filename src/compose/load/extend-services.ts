/**
 * `extends`: a service that starts from another one, of the same file or of another.
 *
 * https://github.com/compose-spec/compose-spec/blob/main/05-services.md#extends
 */
import { composeError } from "../compose-error.ts";
import { mergeNodes } from "../merge.ts";
import { directoryOf, joinPath } from "../path.ts";
import type { Place } from "../place.ts";
import { service as serviceShape } from "../schema/service.ts";
import {
  type ComposeNode,
  type Entry,
  findValue,
  type MapNode,
  textOf,
  withEntry,
  withoutEntry,
} from "../tree/node.ts";
import { refuseRemote } from "./sources.ts";

export interface ExtendDeps {
  /** The other file in canonical form. */
  readonly read: (file: string, place: Place) => Promise<MapNode>;
  readonly shown: (file: string) => string;
  /** Where relative paths of the first file start; those of the others start where they are. */
  readonly directory: string;
}

/** One step of a chain of extensions. */
interface Step {
  readonly file: string;
  readonly service: string;
}

/** The model with every service laid over what it extends. */
export async function extendServices(
  model: MapNode,
  file: string,
  deps: ExtendDeps,
): Promise<MapNode> {
  const services = findValue(model, "services");
  if (services?.kind !== "map") return model;
  const extender = new Extender(deps);
  const entries: [string, Entry][] = [];
  for (const [name, entry] of services.entries) {
    const value = await extender.extended(entry.value, {
      services,
      steps: [{ file, service: name }],
    });
    entries.push([name, { ...entry, value }]);
  }
  return withEntry(model, "services", { ...services, entries: new Map(entries) });
}

interface Chain {
  /** Of the file that the last step is in. */
  readonly services: MapNode;
  readonly steps: readonly Step[];
}

class Extender {
  readonly #deps: ExtendDeps;
  readonly #files = new Map<string, Promise<MapNode>>();

  constructor(deps: ExtendDeps) {
    this.#deps = deps;
  }

  async extended(service: ComposeNode, { services, steps }: Chain): Promise<ComposeNode> {
    const extension = findValue(service, "extends");
    const name = textOf(findValue(extension, "service"));
    const last = steps.at(-1);
    if (service.kind !== "map" || extension === undefined || last === undefined) return service;
    if (name === undefined) {
      throw composeError(`extends.${last.service}.service is required`, extension.place);
    }
    const next = await this.#next(name, extension, { services, steps });
    const base = findValue(next.services, name);
    if (base === undefined) {
      const [where, what] = [this.#deps.shown(last.file), JSON.stringify(name)];
      const elsewhere = next.file === last.file ? "" : ` in ${this.#deps.shown(next.file)}`;
      throw composeError(
        `cannot extend service "${last.service}" in ${where}: service ${what} not found${elsewhere}`,
        extension.place,
      );
    }
    const step = { file: next.file, service: name };
    this.#refuseCycle(steps, step, extension.place);
    const whole = await this.extended(base, { services: next.services, steps: [...steps, step] });
    const own = withoutEntry(service, "extends");
    const merged = mergeNodes(whole, own, serviceShape);
    return merged === undefined ? own : { ...merged, place: own.place };
  }

  async #next(
    name: string,
    extension: ComposeNode,
    { services, steps }: Chain,
  ): Promise<{ readonly file: string; readonly services: ComposeNode & MapNode }> {
    const current = steps.at(-1)?.file ?? "";
    const named = textOf(findValue(extension, "file"));
    if (named === undefined) return { file: current, services };
    refuseRemote(named, extension.place);
    const isFirst = current === steps[0]?.file;
    const file = joinPath(isFirst ? this.#deps.directory : directoryOf(current), named);
    const model = await this.#read(file, extension.place);
    const found = findValue(model, "services");
    if (found?.kind === "map") return { file, services: found };
    const where = this.#deps.shown(file);
    throw composeError(
      `cannot extend service "${name}" in ${where}: no services section`,
      extension.place,
    );
  }

  #read(file: string, place: Place): Promise<MapNode> {
    const known = this.#files.get(file);
    if (known !== undefined) return known;
    const read = this.#deps.read(file, place);
    this.#files.set(file, read);
    return read;
  }

  #refuseCycle(steps: readonly Step[], next: Step, place: Place): void {
    if (!steps.some(({ file, service }) => file === next.file && service === next.service)) return;
    const [first, ...others] = [...steps, next].map(
      ({ file, service }) => `${service} in ${this.#deps.shown(file)}`,
    );
    const lines = others.map((step) => `  extends ${step}`);
    throw composeError(["Circular reference:", `  ${first}`, ...lines].join("\n"), place);
  }
}
