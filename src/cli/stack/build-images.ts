/** Builds the images of a stack with the builder that this machine has, and takes them to the nodes. */
import { uuid } from "#base";
import type { ComposeProject } from "#compose";
import {
  buildArguments,
  type Builder,
  type BuilderName,
  builderNames,
  buildOrder,
  builders,
  type BuildSecret,
  builtImageName,
  tagOfImage,
} from "#stack";
import { findOnPath } from "../client-program.ts";
import type { CommandContext } from "../command.ts";
import { UsageError } from "../usage-error.ts";

export interface BuildPlace {
  /** Where images are pushed to, if they are. */
  readonly registry: string | undefined;
  /** The data directory of the cluster of ours whose nodes get images that are not pushed. */
  readonly dataDirectory: string | undefined;
  readonly builder: BuilderName | undefined;
  /**
   * Under which tag pods are to use an image: that of the file, or one of this very image, so that
   * they are replaced when it has changed.
   */
  readonly tags: "of the file" | "of the image";
}

interface ChosenBuilder extends Builder {
  readonly name: BuilderName;
  readonly program: string;
}

const probeMsMax = 10_000;

/** Gives the images by service. Empty names mean every service with `build`. */
export async function buildImages(
  context: CommandContext,
  project: ComposeProject,
  names: readonly string[],
  place: BuildPlace,
): Promise<ReadonlyMap<string, string>> {
  for (const name of names) {
    if (project.services.get(name)?.build === undefined) {
      throw new UsageError(`service ${name} has no build`);
    }
  }
  const order = buildOrder(project.services, names);
  const images = new Map<string, string>();
  if (order.length === 0) return images;
  const builder = await chooseBuilder(context, place.builder);
  const scratch = `/tmp/wherry-build-${uuid(context.random)}`;
  await context.disk.makeDirectory(scratch);
  try {
    for (const service of order) {
      const work = { project, service, images, builder, scratch };
      images.set(service, await buildOne(context, work, place));
    }
  } finally {
    await context.disk.remove(scratch);
  }
  return images;
}

/** The one that is asked for, or the first that works. */
async function chooseBuilder(
  { disk, processes, surroundings }: CommandContext,
  wanted: BuilderName | undefined,
): Promise<ChosenBuilder> {
  const troubles: string[] = [];
  for (const name of wanted === undefined ? builderNames : [wanted]) {
    const program = await findOnPath(disk, surroundings.env["PATH"] ?? "", name);
    if (program === undefined) continue;
    const builder = builders[name];
    const probe = await processes.run(program, builder.probe, { timeoutMs: probeMsMax });
    if (probe.exitCode === 0) return { ...builder, name, program };
    troubles.push(`${name}: ${probe.stderr.trim().split("\n").at(-1) ?? ""}`);
  }
  const names = wanted ?? `${builderNames.slice(0, -1).join(", ")} or ${builderNames.at(-1)}`;
  const reasons = troubles.length === 0 ? "" : ` (${troubles.join("; ")})`;
  throw new Error(
    `nothing here can build images${reasons}: install ${names}, or build elsewhere and name the image`,
  );
}

interface BuildWork {
  readonly project: ComposeProject;
  readonly service: string;
  /** What has been built. */
  readonly images: ReadonlyMap<string, string>;
  readonly builder: ChosenBuilder;
  readonly scratch: string;
}

async function buildOne(
  context: CommandContext,
  { project, service, images, builder, scratch }: BuildWork,
  { registry, dataDirectory, tags }: BuildPlace,
): Promise<string> {
  const definition = project.services.get(service);
  const build = definition?.build ?? {};
  const own = definition?.image ?? `${project.name}-${service.toLowerCase()}`;
  const { repository, tag } = builtImageName(own, registry);
  const [idFile, inline] = [`${scratch}/${service}.id`, `${scratch}/${service}.Dockerfile`];
  if (build.dockerfile_inline !== undefined) {
    await context.disk.writeFile(inline, build.dockerfile_inline);
  }
  const { args, unsupported } = buildArguments(builder.name, {
    build,
    tags: [`${repository}:${tag}`, ...(build.tags ?? [])],
    inlineFile: build.dockerfile_inline === undefined ? undefined : inline,
    idFile,
    secrets: secretsOf(project, service),
    images,
  });
  if (unsupported.length > 0) {
    throw new Error(`service ${service}: ${builder.name} cannot do ${unsupported.join(", ")}`);
  }
  const env = { ...Object.fromEntries(project.environment), ...builder.env };
  const run = async (step: string, words: readonly string[]) => {
    // On our own terminal, so that the builder shows progress as it does by itself.
    const status = await context.runForeground(builder.program, words, env);
    if (status === 0) return;
    throw new Error(`${step} service ${service}: ${builder.name} exited with ${status}`);
  };
  await run("building", args);
  const id = new TextDecoder().decode(await context.disk.readFile(idFile)).trim();
  const reference = `${repository}:${tags === "of the image" ? tagOfImage(id) : tag}`;
  if (reference !== `${repository}:${tag}`) await run("tagging", builder.tag(id, reference));
  if (registry !== undefined) await run("pushing", builder.push(reference));
  else if (dataDirectory !== undefined) {
    const archive = `${scratch}/${service}.tar`;
    await run("saving", builder.save(reference, archive));
    await context.roles.loadImages(dataDirectory, archive, context.signal);
    await context.disk.remove(archive);
  }
  return reference;
}

/** Of the services' secrets those that are for building, from where the file has them. */
function secretsOf(project: ComposeProject, service: string): readonly BuildSecret[] {
  const uses = project.services.get(service)?.build?.secrets ?? [];
  return uses.map(({ source = "", target = source }): BuildSecret => {
    const secret = project.secrets.get(source);
    if (secret?.file !== undefined) return { id: target, file: secret.file };
    if (secret?.environment !== undefined) return { id: target, variable: secret.environment };
    throw new Error(
      `service ${service}: secret ${source} is not a file or variable of this machine`,
    );
  });
}
