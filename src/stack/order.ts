import type { StackService } from "./stack-service.ts";

/** Dependencies first, otherwise in the order of the file. The file has been checked for cycles. */
export function inStartOrder(services: ReadonlyMap<string, StackService>): readonly StackService[] {
  const ordered = new Set<StackService>();
  const place = (service: StackService) => {
    if (ordered.has(service)) return;
    for (const name of service.definition.depends_on?.keys() ?? []) {
      const other = services.get(name);
      if (other !== undefined) place(other);
    }
    ordered.add(service);
  };
  for (const service of services.values()) place(service);
  return [...ordered];
}
