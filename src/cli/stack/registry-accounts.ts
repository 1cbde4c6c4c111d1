/** The accounts that `docker login` has kept on this machine, for `stack deploy --with-registry-auth`. */
import type { JsonObject } from "#api";
import { describeError } from "#base";
import type { ComposeProject } from "#compose";
import {
  accountIn,
  answeredAccount,
  type DockerConfig,
  helperFor,
  parseDockerConfig,
  registryOf,
} from "#stack";
import type { CommandContext } from "../command.ts";
import { UsageError } from "../usage-error.ts";

/** By the address of the registry. Registries without an account are told of: they may need none. */
export async function findRegistryAccounts(
  context: CommandContext,
  project: ComposeProject,
  built: ReadonlyMap<string, string>,
): Promise<ReadonlyMap<string, JsonObject>> {
  const { env, homeDirectory } = context.surroundings;
  const file = `${env["DOCKER_CONFIG"] ?? `${homeDirectory}/.docker`}/config.json`;
  const config = await readConfig(context, file);
  const images = [...project.services].flatMap(
    ([name, { image }]) => built.get(name) ?? image ?? [],
  );
  const accounts = new Map<string, JsonObject>();
  const unknown: string[] = [];
  for (const registry of new Set(images.map(registryOf))) {
    const account = await accountOf(context, config, registry);
    if (account === undefined) unknown.push(registry);
    else accounts.set(registry, account);
  }
  if (unknown.length > 0) {
    const which = unknown.join(", ");
    context.terminal.note(`warning: ${file} has no account for ${which}; "docker login" makes one`);
  }
  return accounts;
}

async function readConfig({ disk }: CommandContext, file: string): Promise<DockerConfig> {
  const bytes = await disk.findFile(file);
  if (bytes === undefined) {
    throw new UsageError(`--with-registry-auth: there is no ${file}; "docker login" makes it`);
  }
  try {
    return parseDockerConfig(new TextDecoder().decode(bytes));
  } catch (error) {
    throw new UsageError(`--with-registry-auth: reading ${file}: ${describeError(error)}`);
  }
}

async function accountOf(
  { processes, signal }: CommandContext,
  config: DockerConfig,
  registry: string,
): Promise<JsonObject | undefined> {
  const helper = helperFor(config, registry);
  if (helper === undefined) return accountIn(config, registry);
  const program = `docker-credential-${helper}`;
  try {
    const { exitCode, stdout } = await processes.run(program, ["get"], { input: registry, signal });
    // A helper that knows nobody fails, and says so on its output.
    return exitCode === 0 ? answeredAccount(stdout) : accountIn(config, registry);
  } catch (error) {
    throw new UsageError(`--with-registry-auth: asking ${program}: ${describeError(error)}`);
  }
}
