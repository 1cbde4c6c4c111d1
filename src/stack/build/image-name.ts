/** What built images are called, so that every builder and every node means the same by it. */

export interface ImageName {
  /** With the registry: `docker.io/library/web`. */
  readonly repository: string;
  readonly tag: string;
}

/**
 * The name of what a service builds: as the file has it or, with a registry to push to, the same
 * there. A digest in the file is of no use to what is yet to be built.
 */
export function builtImageName(name: string, registry: string | undefined): ImageName {
  const [undigested = ""] = name.split("@");
  const [, path = "", tag = "latest"] = /^(.*?)(?::([^:/]+))?$/.exec(undigested) ?? [];
  const [first = "", ...rest] = path.split("/");
  const hasHost = rest.length > 0 && (/[.:]/.test(first) || first === "localhost");
  const own = hasHost ? rest.join("/") : path;
  if (registry !== undefined) return { repository: `${registry.replace(/\/+$/, "")}/${own}`, tag };
  const home = hasHost ? first : "docker.io";
  const isOfficial = home === "docker.io" && !own.includes("/");
  return { repository: `${home}/${isOfficial ? "library/" : ""}${own}`, tag };
}

/** The tag of one very image, so that a rebuilt one rolls the pods. `id` is as builders tell it. */
export function tagOfImage(id: string): string {
  return id
    .trim()
    .replace(/^sha256:/, "")
    .slice(0, 12);
}
