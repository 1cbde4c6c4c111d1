import type { ResourceRequirements } from "#api/core/v1";
import type { Path, Service } from "#compose";
import type { Conversion, StackService } from "../stack-service.ts";

interface Amounts {
  readonly cpu: number | undefined;
  readonly memory: number | undefined;
}

/** What a service may use and what is kept for it. */
export function resourcesOf(
  service: StackService,
  { report }: Conversion,
): ResourceRequirements | undefined {
  const { definition, path } = service;
  const limits = limitsOf(definition);
  const requests = requestsOf(definition);
  for (const name of ["cpu", "memory"] as const) {
    const [limit, request] = [limits[name], requests[name]];
    if (limit !== undefined && request !== undefined && request > limit) {
      report.reject([...path, "deploy", "resources"], `more ${name} is reserved than is allowed`);
    }
  }
  const devices = devicesOf(service, report);
  const allLimits = { ...quantitiesOf(limits), ...devices };
  const allRequests = quantitiesOf(requests);
  if (Object.keys(allLimits).length + Object.keys(allRequests).length === 0) return undefined;
  return {
    ...(Object.keys(allLimits).length > 0 ? { limits: allLimits } : {}),
    ...(Object.keys(allRequests).length > 0 ? { requests: allRequests } : {}),
  };
}

function limitsOf({
  deploy,
  cpus,
  cpu_count: count,
  mem_limit: memory,
  ...rest
}: Service): Amounts {
  const { limits } = deploy?.resources ?? {};
  const quota = Number(rest.cpu_quota ?? 0);
  const period = Number(rest.cpu_period ?? 100_000);
  const share = quota > 0 && period > 0 ? quota / period : undefined;
  return {
    cpu: positive(limits?.cpus ?? cpus ?? share ?? count),
    memory: positive(limits?.memory ?? memory),
  };
}

function requestsOf({ deploy, mem_reservation: memory }: Service): Amounts {
  const { reservations } = deploy?.resources ?? {};
  return { cpu: positive(reservations?.cpus), memory: positive(reservations?.memory ?? memory) };
}

/** Zero and less stand for no limit. */
function positive(amount: number | undefined): number | undefined {
  return amount !== undefined && amount > 0 ? amount : undefined;
}

function quantitiesOf({ cpu, memory }: Amounts): Readonly<Record<string, string>> {
  return {
    ...(cpu === undefined ? {} : { cpu: cpuQuantity(cpu) }),
    ...(memory === undefined ? {} : { memory: byteQuantity(memory) }),
  };
}

function cpuQuantity(cpus: number): string {
  const millis = Math.max(1, Math.round(cpus * 1000));
  return millis % 1000 === 0 ? String(millis / 1000) : `${millis}m`;
}

/** With the largest binary unit of which it is a whole number. */
export function byteQuantity(bytes: number): string {
  const units = ["", "Ki", "Mi", "Gi", "Ti"];
  let amount = bytes;
  let unit = 0;
  while (amount % 1024 === 0 && unit < units.length - 1) {
    amount /= 1024;
    unit++;
  }
  return `${amount}${units[unit] ?? ""}`;
}

type DeviceRequest = NonNullable<Service["gpus"]>[number];

function devicesOf(
  { definition, path }: StackService,
  report: Conversion["report"],
): Readonly<Record<string, string>> {
  const { reservations } = definition.deploy?.resources ?? {};
  const at = [...path, "deploy", "resources", "reservations"];
  const amounts: Record<string, string> = {};
  for (const [index, request] of (reservations?.devices ?? []).entries()) {
    addDevice(amounts, request, { path: [...at, "devices", index], report });
  }
  for (const [index, request] of (definition.gpus ?? []).entries()) {
    const gpu = { ...request, capabilities: request.capabilities ?? ["gpu"] };
    addDevice(amounts, gpu, { path: [...path, "gpus", index], report });
  }
  for (const { discrete_resource_spec: spec } of reservations?.generic_resources ?? []) {
    if (spec?.kind === undefined) continue;
    amounts[resourceName(spec.kind)] = String(Math.ceil(spec.value ?? 1));
  }
  return amounts;
}

function addDevice(
  amounts: Record<string, string>,
  { capabilities = [], count = 1, device_ids: ids, driver = "nvidia" }: DeviceRequest,
  { path, report }: { readonly path: Path; readonly report: Conversion["report"] },
): void {
  if (!capabilities.some((capability) => /^(?:gpu|nvidia)$/.test(capability))) {
    report.refuse(path, "devices other than GPUs are handed out by device plugins");
    return;
  }
  if (ids !== undefined) {
    report.lose([...path, "device_ids"], "changed", "which GPUs a pod gets, its node decides");
  } else if (count < 0) {
    report.lose(path, "changed", "a pod gets one GPU unless it says how many");
  }
  const vendor = driver.includes(".") ? driver : `${driver}.com`;
  amounts[`${vendor}/gpu`] = String(ids?.length ?? Math.max(1, count));
}

/** Resources that nodes have of their own have a domain before their name. */
function resourceName(kind: string): string {
  return kind.includes("/") ? kind : `docker.com/${kind}`;
}
