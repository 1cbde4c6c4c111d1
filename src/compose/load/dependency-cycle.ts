import type { Service } from "../schema/project.ts";

/** A chain of services that ends where it begins, if dependencies make one. */
export function findDependencyCycle(
  services: ReadonlyMap<string, Service>,
): readonly string[] | undefined {
  const done = new Set<string>();
  for (const name of services.keys()) {
    const cycle = cycleFrom(name, { services, done, chain: [] });
    if (cycle !== undefined) return cycle;
  }
  return undefined;
}

interface Search {
  readonly services: ReadonlyMap<string, Service>;
  /** Known to lead into no cycle. */
  readonly done: Set<string>;
  readonly chain: readonly string[];
}

function cycleFrom(name: string, { services, done, chain }: Search): readonly string[] | undefined {
  const start = chain.indexOf(name);
  if (start !== -1) return [...chain.slice(start), name];
  if (done.has(name)) return undefined;
  for (const other of services.get(name)?.depends_on?.keys() ?? []) {
    const cycle = cycleFrom(other, { services, done, chain: [...chain, name] });
    if (cycle !== undefined) return cycle;
  }
  done.add(name);
  return undefined;
}
