/** Commands before, after and at the end of a container. */
import type { Container, Lifecycle } from "#api/core/v1";
import type { Path, Service } from "#compose";
import { objectNameOf } from "../names.ts";
import type { Conversion, StackService } from "../stack-service.ts";
import { literal } from "./environment.ts";
import { imageOf } from "./image.ts";

type Hook = NonNullable<Service["post_start"]>[number];

/** What runs in the container when it has started and before it stops, and the signal to stop it. */
export function lifecycleOf(service: StackService, conversion: Conversion): Lifecycle | undefined {
  const { definition, path } = service;
  const started = commandOf(definition.post_start, [...path, "post_start"], conversion);
  const stopping = commandOf(definition.pre_stop, [...path, "pre_stop"], conversion);
  const signal = signalOf(service, conversion);
  if (started === undefined && stopping === undefined && signal === undefined) return undefined;
  return {
    ...(started === undefined ? {} : { postStart: { exec: { command: started } } }),
    ...(stopping === undefined ? {} : { preStop: { exec: { command: stopping } } }),
    ...(signal === undefined ? {} : { stopSignal: signal }),
  };
}

/** Kubernetes has one command; several run one after the other in a shell. */
function commandOf(
  hooks: readonly Hook[] | undefined,
  at: Path,
  { report }: Conversion,
): readonly string[] | undefined {
  const [first, ...others] = hooks ?? [];
  if (first === undefined) return undefined;
  for (const [index, hook] of [first, ...others].entries()) {
    for (const attribute of ["user", "privileged", "working_dir", "environment"] as const) {
      if (hook[attribute] === undefined) continue;
      const reason = "the command runs as the container does";
      report.lose([...at, index, attribute], "ignored", reason);
    }
  }
  if (others.length === 0) return first.command;
  const lines = [first, ...others].map(({ command }) => command.map(shellWord).join(" "));
  return ["/bin/sh", "-c", lines.join(" && ")];
}

function shellWord(word: string): string {
  return /^[\w./:=@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

function signalOf({ definition, path }: StackService, { report }: Conversion): string | undefined {
  const { stop_signal: signal } = definition;
  if (signal === undefined) return undefined;
  const name = signalNames.get(signal) ?? signal.toUpperCase().replace(/^(?!SIG)/, "SIG");
  if (/^SIG[A-Z0-9]+(?:[+-]\d{1,2})?$/.test(name) && !/^SIG\d/.test(name)) return name;
  report.lose([...path, "stop_signal"], "ignored", "Kubernetes knows signals by their names");
  return undefined;
}

const signalNames: ReadonlyMap<string, string> = new Map([
  ["1", "SIGHUP"],
  ["2", "SIGINT"],
  ["3", "SIGQUIT"],
  ["9", "SIGKILL"],
  ["10", "SIGUSR1"],
  ["12", "SIGUSR2"],
  ["15", "SIGTERM"],
]);

/** What has to be done before the service starts, in every pod of it. */
export function initContainersOf(
  service: StackService,
  conversion: Conversion,
): readonly Container[] {
  const { definition, path, kompose } = service;
  const hooks = (definition.pre_start ?? []).map((hook, index): Container => {
    const at = [...path, "pre_start", index];
    if (hook.per_replica !== true) {
      conversion.report.lose(at, "changed", "it runs in every pod, and not once for all of them");
    }
    const environment = [...(hook.environment ?? [])].flatMap(([name, value]) =>
      value === null ? [] : [{ name, value: literal(value) }],
    );
    const uid = /^\d+$/.test(hook.user ?? "") ? Number(hook.user) : undefined;
    if (hook.user !== undefined && uid === undefined) {
      conversion.report.refuse([...at, "user"], "only the image knows which number the name has");
    }
    const securityContext = {
      ...(hook.privileged === true ? { privileged: true } : {}),
      ...(uid === undefined ? {} : { runAsUser: uid }),
    };
    return {
      name: `pre-start-${index}`,
      image: hook.image ?? imageOf(service, conversion),
      imagePullPolicy: "IfNotPresent",
      ...(hook.command === undefined ? {} : { command: hook.command.map(literal) }),
      ...(hook.working_dir === undefined ? {} : { workingDir: hook.working_dir }),
      ...(environment.length > 0 ? { env: environment } : {}),
      ...(Object.keys(securityContext).length > 0 ? { securityContext } : {}),
    };
  });
  const image = kompose.get("init.containers.image");
  if (image === undefined) return hooks;
  return [labelledContainer(service, image), ...hooks];
}

/** `kompose.init.containers.*` */
function labelledContainer({ kompose }: StackService, image: string): Container {
  const command = kompose.get("init.containers.command");
  const words = command?.startsWith("[") === true ? jsonWords(command) : command?.split(/\s+/);
  return {
    name: objectNameOf(kompose.get("init.containers.name") ?? "init-service"),
    image,
    imagePullPolicy: "IfNotPresent",
    ...(words === undefined ? {} : { command: words }),
  };
}

/** `["a", "b"]`, with either kind of quotes. */
function jsonWords(list: string): readonly string[] {
  return [...list.matchAll(/"([^"]*)"|'([^']*)'/g)].map(([, one, other]) => one ?? other ?? "");
}
