import { parseTime } from "#api";
import type { SeriesBackTest, SigmaPolicy } from "#sigma";
import { type ClusterFlagValues, findConfig, monitorUrl, placeOf } from "../../cluster.ts";
import { type CommandContext, defineCommand } from "../../command.ts";
import { outputFlag } from "../../output-flag.ts";
import { formatTable } from "../../table.ts";
import { UsageError } from "../../usage-error.ts";
import { isObjectArgument, policyFlags, readPolicies } from "./read-policies.ts";

export const sigmaTestCommand = defineCommand({
  usage: "sigma test (FILE | sigmapolicy/NAME)...",
  summary: "Replay sigma policies over the past: how often would they have paged?",
  description:
    "Reads the history of each policy's expression from a server, by its range queries, and tells\n" +
    "for every series and level the threshold, how often it would have fired, and when. The server\n" +
    "is the cluster's own engine for policies of the cluster.",
  examples: [
    "sigma test policies.yml",
    "sigma test sigmapolicy/latency -n shop",
    "sigma test policies.yml --policy latency --url http://prometheus:9090",
  ],
  flags: {
    url: {
      type: "string",
      placeholder: "URL",
      help: "the server that has the history (default http://localhost:9090, or the cluster's)",
    },
    "http.config.file": {
      type: "string",
      placeholder: "FILE",
      default: "",
      help: "TLS and authentication towards it, as promtool reads them",
    },
    policy: { type: "list", placeholder: "NAME", help: "only this policy; may be repeated" },
    end: { type: "string", placeholder: "TIME", help: "up to when (RFC 3339; default: now)" },
    ...outputFlag,
    ...policyFlags,
  },
  async run(args, flags, context, given) {
    const { backTestPolicy } = await import("#sigma");
    const { policies } = await readPolicies(context, { args, flags, given });
    const chosen = choose(policies, flags.policy);
    const endMs = flags.end === undefined ? context.clock.nowMs() : timeOf(flags.end);
    const url = flags.url ?? (await defaultUrl(context, flags, args));
    const server = { url, httpConfigFile: flags["http.config.file"] };
    await using history = await context.roles.openHistory(server, context.signal);
    for (const policy of chosen) {
      context.terminal.note(`reading ${policy.name}: ${policy.expr}`);
      const { clock, signal } = context;
      const tested = await backTestPolicy(policy, { endMs, history, clock }, signal);
      await print(context, flags.output, policy, { tested, endMs });
    }
  },
});

async function defaultUrl(
  context: CommandContext,
  flags: ClusterFlagValues,
  args: readonly string[],
): Promise<string> {
  if (!args.some(isObjectArgument)) return "http://localhost:9090";
  const place = placeOf(context, flags);
  const config = await findConfig(context.disk, place.directory);
  if (config === undefined || config.monitorPort === "none") {
    throw new Error(`cluster "${place.name}" has no monitoring engine; name one with --url`);
  }
  return monitorUrl(config);
}

function choose(
  policies: readonly SigmaPolicy[],
  names: readonly string[],
): readonly SigmaPolicy[] {
  const unknown = names.find((name) => !policies.some((policy) => policy.name === name));
  if (unknown !== undefined) throw new UsageError(`there is no policy "${unknown}"`);
  return names.length === 0 ? policies : policies.filter(({ name }) => names.includes(name));
}

function timeOf(text: string): number {
  try {
    return parseTime(text);
  } catch (error) {
    throw new UsageError(`--end: "${text}" is no time such as 2026-11-22T14:00:00Z`, {
      cause: error,
    });
  }
}

async function print(
  { terminal }: Pick<CommandContext, "terminal">,
  output: string,
  policy: SigmaPolicy,
  { tested, endMs }: { readonly tested: readonly SeriesBackTest[]; readonly endMs: number },
): Promise<void> {
  const { backTestView, describeBackTest } = await import("#sigma");
  const { formatSeries } = await import("#series");
  if (output === "json") {
    terminal.print(JSON.stringify(backTestView(policy, { tested, endMs }, formatSeries)));
    return;
  }
  const lines = describeBackTest(policy, tested, { labels: formatSeries, table: formatTable });
  for (const line of lines) terminal.print(line);
}
