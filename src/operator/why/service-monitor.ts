import { compileLabelSelector, formatLabelSelector, matchesLabels } from "#api";
import type { Endpoints, Service } from "#api/core/v1";
import type { Endpoint, NamespaceSelector, ServiceMonitor } from "#api/monitoring/v1";
import { acceptanceFinding } from "./acceptance.ts";
import type { EngineFacts } from "./engine-facts.ts";
import {
  counted,
  type Explanation,
  explanationOf,
  failed,
  type Finding,
  listText,
  note,
  ok,
} from "./explanation.ts";
import { jobFindings } from "./target-findings.ts";

export interface ServiceMonitorFacts {
  readonly monitor: ServiceMonitor;
  /** Names of all namespaces. */
  readonly namespaces: readonly string[];
  /** Of all namespaces. */
  readonly services: readonly Service[];
  readonly endpoints: readonly Endpoints[];
  readonly engine: EngineFacts;
}

/** Why a ServiceMonitor has the targets that it has. */
export function explainServiceMonitor(facts: ServiceMonitorFacts): Explanation {
  const { name = "", namespace = "" } = facts.monitor.metadata ?? {};
  const accepted = acceptanceFinding(facts.monitor);
  const findings =
    accepted.outcome === "failed" ? [accepted] : [accepted, ...selectionFindings(facts)];
  const subject = `servicemonitor/${name} in namespace ${namespace}`;
  return explanationOf(subject, findings, "Nothing is to be done: its targets are scraped.");
}

function selectionFindings(facts: ServiceMonitorFacts): readonly Finding[] {
  const { spec } = facts.monitor;
  const places = namespaceFindings(facts.monitor, spec.namespaceSelector, facts.namespaces);
  const services = selectedServices(facts);
  const found = serviceFinding(facts, services);
  if (found.outcome === "failed") return [...places, found];
  if (spec.endpoints.length === 0) {
    return [
      ...places,
      found,
      failed("there are no endpoints in the object", "Add one to spec.endpoints."),
    ];
  }
  return [
    ...places,
    found,
    ...spec.endpoints.flatMap((endpoint, index) =>
      endpointFindings(facts, services, { endpoint, index }),
    ),
  ];
}

interface Place {
  readonly metadata?: { readonly namespace?: string | undefined } | undefined;
}

/** Which namespaces are looked in, and whether they are there. */
export function namespaceFindings(
  monitor: Place,
  selector: NamespaceSelector | undefined,
  known: readonly string[],
): readonly Finding[] {
  const wanted = wantedNamespaces(monitor, selector);
  if (wanted === "all") return [ok("all namespaces are looked in")];
  const missing = wanted.filter((name) => !known.includes(name));
  return [
    ok(`${wanted.length === 1 ? "namespace" : "namespaces"} ${listText(wanted)} looked in`),
    ...(missing.length === 0
      ? []
      : [
          failed(
            `there is no namespace ${listText(missing)}`,
            "Correct spec.namespaceSelector.matchNames, or create the namespace.",
          ),
        ]),
  ];
}

export function wantedNamespaces(
  { metadata }: Place,
  { any = false, matchNames = [] }: NamespaceSelector = {},
): "all" | readonly string[] {
  if (any) return "all";
  return matchNames.length > 0 ? matchNames : [metadata?.namespace ?? ""];
}

function isIn(places: "all" | readonly string[], object: Place): boolean {
  return places === "all" || places.includes(object.metadata?.namespace ?? "");
}

function selectedServices({ monitor, services }: ServiceMonitorFacts): readonly Service[] {
  const { spec } = monitor;
  const places = wantedNamespaces(monitor, spec.namespaceSelector);
  const selector = compileLabelSelector(spec.selector);
  return services.filter(
    (one) => isIn(places, one) && matchesLabels(selector, one.metadata?.labels ?? {}),
  );
}

function serviceFinding(facts: ServiceMonitorFacts, found: readonly Service[]): Finding {
  const { monitor, services } = facts;
  const selector = compileLabelSelector(monitor.spec.selector);
  const text = formatLabelSelector(selector);
  const shown = text === "" ? "the empty selector, which selects everything," : `selector ${text}`;
  if (found.length > 0) {
    return ok(`${shown} finds ${counted(found.length, "service")}: ${listText(found.map(nameOf))}`);
  }
  const elsewhere = services.filter((one) => matchesLabels(selector, one.metadata?.labels ?? {}));
  if (elsewhere.length > 0) {
    return failed(
      `${shown} finds no service in these namespaces; it would find ${listText(elsewhere.map(nameOf))}`,
      `Add the namespace ${elsewhere[0]?.metadata?.namespace ?? ""} to spec.namespaceSelector.matchNames.`,
    );
  }
  const places = wantedNamespaces(monitor, monitor.spec.namespaceSelector);
  const there = services.filter((one) => isIn(places, one)).map(labelledName);
  const hint = there.length === 0 ? "there are none" : `there are ${listText(there)}`;
  return failed(
    `${shown} finds no service; ${hint}`,
    "Make spec.selector match the labels of the Service itself (not those of its pods), or label the Service.",
  );
}

function nameOf({ metadata }: Service): string {
  return `${metadata?.namespace ?? ""}/${metadata?.name ?? ""}`;
}

function labelledName(service: Service): string {
  const labels = Object.entries(service.metadata?.labels ?? {}).map(
    ([key, value]) => `${key}=${value}`,
  );
  return `${nameOf(service)} (${labels.length === 0 ? "no labels" : labels.join(",")})`;
}

function endpointFindings(
  facts: ServiceMonitorFacts,
  services: readonly Service[],
  { endpoint, index }: { readonly endpoint: Endpoint; readonly index: number },
): readonly Finding[] {
  const { name = "", namespace = "" } = facts.monitor.metadata ?? {};
  const port = portFinding(endpoint, index, services);
  if (port.outcome === "failed") return [port];
  const addresses = services
    .filter((service) => hasPort(service, endpoint))
    .map((service) => addressFinding(service, facts.endpoints));
  const some = addresses.find(({ outcome }) => outcome !== "failed");
  if (some === undefined) return [port, ...addresses];
  const job = `serviceMonitor/${namespace}/${name}/${index}`;
  const told = addresses.map((one) => (one.outcome === "failed" ? note(one.text) : one));
  return [port, ...told, ...jobFindings(job, facts.engine)];
}

function portFinding(
  { port = "", targetPort }: Endpoint,
  index: number,
  services: readonly Service[],
): Finding {
  const which = `endpoint ${index}`;
  if (port === "") {
    const what = targetPort === undefined ? "every port" : `container port ${targetPort}`;
    return ok(`${which} is for ${what} of the pods`);
  }
  const having = services.filter((service) => hasPort(service, { port }));
  if (having.length > 0) {
    return ok(`${which}: port "${port}" is a port of ${listText(having.map(nameOf))}`);
  }
  const names = services.flatMap(({ spec }) =>
    (spec?.ports ?? []).map((one) => `${one.name ?? "<no name>"} (${one.port})`),
  );
  return failed(
    `${which}: no selected service has a port named "${port}"; they have ${listText([...new Set(names)])}`,
    names.some((one) => one.startsWith("<no name>"))
      ? `Give the port of the Service the name "${port}": a ServiceMonitor finds ports by name.`
      : `Set spec.endpoints[${index}].port to the name of a port of the Service.`,
  );
}

function hasPort({ spec }: Service, { port = "" }: Endpoint): boolean {
  return port === "" || (spec?.ports ?? []).some(({ name }) => name === port);
}

function addressFinding(service: Service, endpoints: readonly Endpoints[]): Finding {
  const { name, namespace } = service.metadata ?? {};
  const own = endpoints.find(
    ({ metadata }) => metadata?.name === name && metadata?.namespace === namespace,
  );
  const subsets = own?.subsets ?? [];
  const ready = subsets.reduce((sum, one) => sum + (one.addresses?.length ?? 0), 0);
  const waiting = subsets.reduce((sum, one) => sum + (one.notReadyAddresses?.length ?? 0), 0);
  const where = nameOf(service);
  if (ready > 0) {
    const rest = waiting === 0 ? "" : `, ${waiting} not ready`;
    return ok(`${where} has ${counted(ready, "ready address", "ready addresses")}${rest}`);
  }
  if (waiting > 0) {
    return note(`${where} has ${counted(waiting, "address", "addresses")}, none of them ready`);
  }
  const selector = Object.entries(service.spec?.selector ?? {}).map(
    ([key, value]) => `${key}=${value}`,
  );
  if (selector.length === 0) {
    return failed(
      `${where} has no addresses, and no selector that would find some`,
      `Give the Service ${where} a selector, or write its Endpoints yourself.`,
    );
  }
  return failed(
    `${where} has no addresses: no pod runs that matches its selector ${selector.join(",")}`,
    `See which pods there are: kubectl get pods -n ${namespace ?? ""} -l ${selector.join(",")}.`,
  );
}
