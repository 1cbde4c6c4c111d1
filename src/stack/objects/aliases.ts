/** The other names under which services are found. */
import type { Path } from "#compose";
import { podSelector } from "../labels.ts";
import { contentHash, isQualifiedName, isServiceName, objectNameOf } from "../names.ts";
import type { StackOptions } from "../options.ts";
import type { Conversion, StackService } from "../stack-service.ts";

export interface Alias {
  readonly name: string;
  /** The services that answer to it, one or more. */
  readonly services: readonly StackService[];
  /** What selects their pods. */
  readonly selector: Readonly<Record<string, string>>;
}

/** All other names, each once, in the order of the file. */
export function aliasesOf(
  services: ReadonlyMap<string, StackService>,
  options: StackOptions,
): readonly Alias[] {
  const taken = new Set([...services.values()].map(({ objectName }) => objectName));
  const owners = new Map<string, StackService[]>();
  for (const [name, service] of allAliases(services)) {
    if (taken.has(name)) continue;
    const known = owners.get(name) ?? [];
    if (!known.includes(service)) owners.set(name, [...known, service]);
  }
  return [...owners].map(([name, answering]) => {
    const [only, ...others] = answering;
    const isShared = only === undefined || others.length > 0;
    const selector = isShared ? { [aliasKey(name)]: "true" } : podSelector(options, only.name);
    return { name, services: answering, selector };
  });
}

/** Labels of the pods of a service that shares names with others. */
export function aliasLabels(
  service: StackService,
  conversion: Conversion,
): Readonly<Record<string, string>> {
  const shared = conversion.aliases.filter(
    ({ services }) => services.length > 1 && services.includes(service),
  );
  return Object.fromEntries(shared.map(({ name }) => [aliasKey(name), "true"]));
}

function aliasKey(name: string): string {
  const key = `com.docker.compose.alias.${name}`;
  return isQualifiedName(key) ? key : `com.docker.compose.alias/${contentHash(name)}`;
}

function allAliases(
  services: ReadonlyMap<string, StackService>,
): readonly (readonly [string, StackService])[] {
  return [...services.values()].flatMap((service) => {
    const { definition } = service;
    const own = [...(definition.networks?.values() ?? [])].flatMap(({ aliases = [] }) => aliases);
    const named = [...own, definition.container_name ?? ""].map(objectNameOf);
    const mine = named.filter(isServiceName).map((name) => [name, service] as const);
    return [...mine, ...linkAliases(service, services)];
  });
}

/** `links: "db:database"` */
function linkAliases(
  { definition }: StackService,
  services: ReadonlyMap<string, StackService>,
): readonly (readonly [string, StackService])[] {
  return (definition.links ?? []).flatMap((link) => {
    const [target = "", alias = target] = link.split(":");
    const linked = services.get(target);
    const name = objectNameOf(alias);
    return linked === undefined || !isServiceName(name) ? [] : [[name, linked] as const];
  });
}

/** Reports names that the cluster cannot have, and those that more see than were meant to. */
export function reportAliases({ services, report }: Conversion): void {
  for (const { definition, path } of services.values()) {
    const told = (alias: string, at: Path) => {
      if (isServiceName(objectNameOf(alias))) return;
      report.lose(at, "ignored", "it is no name that DNS can have");
    };
    for (const [network, { aliases = [] }] of definition.networks ?? []) {
      for (const [index, alias] of aliases.entries()) {
        told(alias, [...path, "networks", network, "aliases", index]);
      }
    }
    if (definition.container_name !== undefined) {
      told(definition.container_name, [...path, "container_name"]);
    }
    for (const [index, link] of (definition.links ?? []).entries()) {
      const [target, alias = target] = link.split(":");
      if (alias === target) continue;
      report.lose([...path, "links", index], "changed", "all services see the name");
    }
  }
}
