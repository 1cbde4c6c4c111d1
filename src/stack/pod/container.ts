import type { Container, ContainerPort } from "#api/core/v1";
import { innerPortsOf, outerPortsOf, portName } from "../ports.ts";
import type { Conversion, StackService } from "../stack-service.ts";
import { environmentOf, literal } from "./environment.ts";
import { lifecycleOf } from "./hooks.ts";
import { imageOf, pullPolicyOf } from "./image.ts";
import type { Mounted } from "./mounts.ts";
import { probesOf } from "./probes.ts";
import { resourcesOf } from "./resources.ts";
import { securityOf } from "./security.ts";

/** The container that a service is. */
export function containerOf(
  service: StackService,
  mounted: readonly Mounted[],
  conversion: Conversion,
): Container {
  const { definition, objectName } = service;
  const { working_dir: workingDir } = definition;
  const env = environmentOf(service, conversion);
  const ports = portsOf(service, conversion);
  const resources = resourcesOf(service, conversion);
  const securityContext = securityOf(service, conversion);
  const lifecycle = lifecycleOf(service, conversion);
  return {
    name: objectName,
    image: imageOf(service, conversion),
    imagePullPolicy: pullPolicyOf(service, conversion),
    ...commandOf(service, conversion),
    ...(workingDir === undefined ? {} : { workingDir }),
    ...(env.length > 0 ? { env } : {}),
    ...(ports.length > 0 ? { ports } : {}),
    ...(resources === undefined ? {} : { resources }),
    ...(mounted.length > 0 ? { volumeMounts: mounted.map(({ mount }) => mount) } : {}),
    ...probesOf(service, conversion),
    ...(lifecycle === undefined ? {} : { lifecycle }),
    ...(Object.keys(securityContext).length > 0 ? { securityContext } : {}),
    ...(definition.stdin_open === true ? { stdin: true } : {}),
    ...(definition.tty === true ? { tty: true } : {}),
  };
}

/** An empty entrypoint takes that of the image away, which only another command can do here. */
function commandOf(
  { definition, path }: StackService,
  { report }: Conversion,
): Pick<Container, "command" | "args"> {
  const command = (definition.command ?? []).map(literal);
  const entrypoint = (definition.entrypoint ?? []).map(literal);
  const args = command.length > 0 ? { args: command } : {};
  if (entrypoint.length > 0) return { command: entrypoint, ...args };
  if (definition.entrypoint !== undefined && command.length > 0) return { command };
  for (const attribute of ["entrypoint", "command"] as const) {
    if (definition[attribute]?.length !== 0) continue;
    report.lose([...path, attribute], "ignored", "empty, it leaves what the image has");
  }
  return args;
}

function portsOf(service: StackService, conversion: Conversion): readonly ContainerPort[] {
  const outer = outerPortsOf(service, conversion);
  return innerPortsOf(service, conversion).map((inner) => {
    const onNode = outer.find(
      ({ mode, port, protocol }) =>
        mode === "host" && port === inner.port && protocol === inner.protocol,
    );
    return {
      name: portName(inner),
      containerPort: inner.port,
      protocol: inner.protocol,
      ...(onNode?.published === undefined ? {} : { hostPort: onNode.published }),
    };
  });
}
