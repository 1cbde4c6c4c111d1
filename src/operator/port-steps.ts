/** What the endpoints of pods and of services say of ports in the same way. */

import { keepMatching, type RelabelStep, setLabel } from "./relabeling.ts";

/** Targets of one port of their container, by its name or number. */
export function containerPortSteps(port: string | number | undefined): readonly RelabelStep[] {
  if (port === undefined || port === "" || port === 0) return [];
  const fact = typeof port === "string" ? "name" : "number";
  return [keepMatching(`__meta_kubernetes_pod_container_port_${fact}`, port)];
}

/** The port by which the endpoint is known, as a label of its targets. */
export function endpointLabel({
  port = "",
  targetPort = "",
}: {
  readonly port?: string | undefined;
  readonly targetPort?: string | number | undefined;
}): readonly RelabelStep[] {
  const name = port === "" ? String(targetPort) : port;
  return name === "" ? [] : [setLabel("endpoint", name)];
}
