import type { Live } from "#api";
import type { Ingress } from "#api/networking/v1";
import { labelsOf } from "#series";
import { type TargetGroup, targetOf } from "../target-group.ts";
import {
  kubernetesLabels,
  namespaceLabel,
  type ObjectFacts,
  objectLabels,
} from "./object-labels.ts";
import { attachedNamespaceLabels, type RelatedObjects } from "./related-objects.ts";

export function ingressSource({ metadata }: ObjectFacts): string {
  return `ingress/${metadata.namespace}/${metadata.name}`;
}

/** A target for each path of an ingress, at its host: for probes from outside. */
export function ingressGroup(ingress: Live<Ingress>, related: RelatedObjects): TargetGroup {
  const tlsHosts = (ingress.spec?.tls ?? []).flatMap(({ hosts }) => hosts ?? []);
  const targets = (ingress.spec?.rules ?? []).flatMap((rule) => {
    const host = rule.host ?? "";
    const scheme = tlsHosts.some((pattern) => matchesHost(pattern, host)) ? "https" : "http";
    const paths = rule.http?.paths.map(({ path }) => path ?? "") ?? [""];
    return paths.map((path) =>
      targetOf(
        host,
        kubernetesLabels({
          ingress_scheme: scheme,
          ingress_host: host,
          ingress_path: path === "" ? "/" : path,
        }),
      ),
    );
  });
  return {
    source: ingressSource(ingress),
    targets,
    labels: labelsOf([
      ...namespaceLabel(ingress),
      ...kubernetesLabels({ ingress_class_name: ingress.spec?.ingressClassName }),
      ...objectLabels("ingress", ingress),
      ...attachedNamespaceLabels(related, ingress.metadata.namespace),
    ]),
  };
}

/** A first part of `*` stands for any one part. */
function matchesHost(pattern: string, host: string): boolean {
  if (pattern === host) return true;
  const [first, ...rest] = pattern.split(".");
  const [, ...hostRest] = host.split(".");
  return first === "*" && rest.join(".") === hostRest.join(".");
}
