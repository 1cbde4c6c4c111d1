import type { Service } from "#compose";

/** Services with `build`, those whose images others take as contexts before them. */
export function buildOrder(
  services: ReadonlyMap<string, Service>,
  wanted: readonly string[],
): readonly string[] {
  const done = new Set<string>();
  const visit = (name: string, path: readonly string[]): void => {
    if (path.includes(name)) {
      throw new Error(`services build upon each other: ${[...path, name].join(" -> ")}`);
    }
    const build = services.get(name)?.build;
    if (build === undefined || done.has(name)) return;
    for (const place of build.additional_contexts?.values() ?? []) {
      const other = /^service:(.+)$/.exec(place)?.[1];
      if (other !== undefined) visit(other, [...path, name]);
    }
    done.add(name);
  };
  for (const name of wanted.length === 0 ? services.keys() : wanted) visit(name, []);
  return [...done];
}
