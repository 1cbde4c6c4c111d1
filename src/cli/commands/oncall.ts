/** Who is on call, what is open, and why somebody was or was not paged. */
import { absolute } from "../cluster.ts";
import { type Command, type CommandContext, defineCommand, refuseArgs } from "../command.ts";
import { type Asking, callOncall, type OncallCall } from "../oncall/oncall-client.ts";
import { objectsOf } from "../oncall/decode-oncall.ts";
import { actorFlag, oncallFlags } from "../oncall/oncall-flags.ts";
import {
  checkLines,
  incidentLine,
  incidentsLines,
  reportLines,
  scheduleLines,
  whoLines,
  whyAlertLines,
  whyLines,
} from "../oncall/print-oncall.ts";
import { UsageError } from "../usage-error.ts";

/** Asks, prints the answer as lines or as it came, and gives it. */
async function ask(
  asking: Asking,
  call: OncallCall,
  show: (answer: unknown) => readonly string[],
): Promise<unknown> {
  const { context, flags } = asking;
  const answer = await callOncall(asking, call);
  const lines = flags.output === "json" ? [JSON.stringify(answer, undefined, 2)] : show(answer);
  for (const line of lines) context.terminal.print(line);
  return answer;
}

const whoCommand = defineCommand({
  usage: "oncall who",
  aliases: ["oncall now"],
  summary: "Who is on call now, and who comes next.",
  examples: ["oncall who"],
  flags: oncallFlags,
  async run(args, flags, context, given) {
    refuseArgs("oncall who", args);
    await ask({ context, flags, given }, { path: "now" }, whoLines);
  },
});

const rangeFlags = {
  from: { type: "string", placeholder: "TIME", help: "RFC 3339: 2026-01-05T09:00:00Z" },
  until: { type: "string", placeholder: "TIME", help: "RFC 3339" },
} as const;

function rangeQuery(flags: {
  readonly from: string | undefined;
  readonly until: string | undefined;
}): string {
  const query = new URLSearchParams();
  if (flags.from !== undefined) query.set("from", flags.from);
  if (flags.until !== undefined) query.set("until", flags.until);
  return query.size === 0 ? "" : `?${query.toString()}`;
}

const scheduleCommand = defineCommand({
  usage: "oncall schedule NAME",
  summary: "The final schedule: who is on call when, and what decided it.",
  examples: ["oncall schedule web", "oncall schedule web --until=2026-02-01T00:00:00Z"],
  flags: { ...rangeFlags, ...oncallFlags },
  async run(args, flags, context, given) {
    const path = `schedules/${encodeURIComponent(only(args, "NAME"))}${rangeQuery(flags)}`;
    await ask({ context, flags, given }, { path }, scheduleLines);
  },
});

const incidentsCommand = defineCommand({
  usage: "oncall incidents",
  summary: "Incidents, the latest first.",
  examples: ["oncall incidents", "oncall incidents --status=all -o json"],
  flags: {
    status: {
      type: "string",
      placeholder: "STATUS",
      choices: ["open", "all", "triggered", "acknowledged", "snoozed", "resolved"],
      default: "open",
      help: "only those",
    },
    ...oncallFlags,
  },
  async run(args, flags, context, given) {
    refuseArgs("oncall incidents", args);
    await ask(
      { context, flags, given },
      { path: `incidents?status=${flags.status}` },
      incidentsLines,
    );
  },
});

interface Verb {
  readonly name: string;
  /** What the API calls it. */
  readonly verb: string;
  readonly summary: string;
}

/** A command that does one thing to one incident. */
function verbCommand({ name, verb, summary }: Verb): Command {
  return defineCommand({
    usage: `oncall ${name} INCIDENT`,
    summary,
    examples: [`oncall ${name} 12`],
    flags: { ...actorFlag, ...oncallFlags },
    async run(args, flags, context, given) {
      const body = { by: flags.by };
      const path = `incidents/${incidentIn(args)}/${verb}`;
      await ask({ context, flags, given }, { method: "POST", path, body }, (one) => [
        incidentLine(one),
      ]);
    },
  });
}

const snoozeCommand = defineCommand({
  usage: "oncall snooze INCIDENT",
  summary: "Page nobody for a while, then begin again.",
  examples: ["oncall snooze 12 --for=2h"],
  flags: {
    for: { type: "string", placeholder: "DURATION", default: "1h", help: "how long" },
    ...actorFlag,
    ...oncallFlags,
  },
  async run(args, flags, context, given) {
    const body = { by: flags.by, for: flags.for };
    const path = `incidents/${incidentIn(args)}/snooze`;
    await ask({ context, flags, given }, { method: "POST", path, body }, (one) => [
      incidentLine(one),
    ]);
  },
});

const reassignCommand = defineCommand({
  usage: "oncall reassign INCIDENT",
  summary: "Page somebody else, at once.",
  examples: ["oncall reassign 12 --user=carol", "oncall reassign 12 --policy=database"],
  flags: {
    user: { type: "string", placeholder: "NAME", help: "who comes first from now on" },
    policy: { type: "string", placeholder: "NAME", help: "the policy to go by from now on" },
    ...actorFlag,
    ...oncallFlags,
  },
  async run(args, flags, context, given) {
    const { user, policy } = flags;
    if ((user === undefined) === (policy === undefined)) {
      throw new UsageError("give --user or --policy");
    }
    const body = { by: flags.by, user, policy };
    const path = `incidents/${incidentIn(args)}/reassign`;
    await ask({ context, flags, given }, { method: "POST", path, body }, (one) => [
      incidentLine(one),
    ]);
  },
});

const whyCommand = defineCommand({
  usage: "oncall why (INCIDENT|ALERT)",
  summary: "Why somebody was paged, or why nobody was.",
  description:
    "A number is an incident; anything else is looked for in the names and labels of alerts,\n" +
    "also of those that were silenced, inhibited or muted and so led to no incident.",
  examples: ["oncall why 12", "oncall why 12 --user=bob", "oncall why HighLatency"],
  flags: {
    user: { type: "string", placeholder: "NAME", help: "only what concerns this user" },
    ...oncallFlags,
  },
  async run(args, flags, context, given) {
    const asked = only(args, "INCIDENT or ALERT").replace(/^#(?=\d)/, "");
    if (/^\d+$/.test(asked)) {
      const query = flags.user === undefined ? "" : `?user=${encodeURIComponent(flags.user)}`;
      await ask({ context, flags, given }, { path: `incidents/${asked}/why${query}` }, whyLines);
    } else {
      const path = `alerts/why?match=${encodeURIComponent(asked)}`;
      await ask({ context, flags, given }, { path }, whyAlertLines);
    }
  },
});

const overrideCommand = defineCommand({
  usage: "oncall override SCHEDULE",
  summary: "Put somebody on call instead, for a while.",
  examples: ["oncall override web --user=bob --until=2026-01-05T18:00:00Z"],
  flags: {
    user: { type: "string", placeholder: "NAME", help: "who is on call; without one nobody is" },
    replaces: { type: "string", placeholder: "NAME", help: "only in the place of this user" },
    ...rangeFlags,
    ...actorFlag,
    ...oncallFlags,
  },
  async run(args, flags, context, given) {
    const { user, replaces, from, until } = flags;
    if (until === undefined) throw new UsageError("--until is needed");
    const body = { by: flags.by, user, replaces, from, until };
    const path = `schedules/${encodeURIComponent(only(args, "SCHEDULE"))}/overrides`;
    await ask({ context, flags, given }, { method: "POST", path, body }, () => ["done"]);
  },
});

const reportCommand = defineCommand({
  usage: "oncall report",
  summary: "Pages, wakes out of hours, time to acknowledge and false pages, by person.",
  examples: ["oncall report", "oncall report --from=2026-01-01T00:00:00Z"],
  flags: { ...rangeFlags, ...oncallFlags },
  async run(args, flags, context, given) {
    refuseArgs("oncall report", args);
    await ask({ context, flags, given }, { path: `report${rangeQuery(flags)}` }, reportLines);
  },
});

const checkCommand = defineCommand({
  usage: "oncall check [FILE]",
  summary: "What would fail at night: gaps, rotas of one, rules that come too late.",
  description:
    "Of a file, before anybody goes by it, or of what the server goes by. Fails when something is\n" +
    "found, and with the line of what is wrong in the file.",
  examples: ["oncall check", "oncall check oncall.yml"],
  flags: oncallFlags,
  async run(args, flags, context, given) {
    if (args.length > 0) return checkFile(context, only(args, "FILE"), flags.output);
    const show = (found: unknown) =>
      objectsOf(found).length === 0 ? ["nothing found"] : checkLines(found);
    const answer = await ask({ context, flags, given }, { path: "check" }, show);
    return objectsOf(answer).length === 0 ? 0 : 1;
  },
});

async function checkFile(context: CommandContext, file: string, output: string): Promise<number> {
  const found = await context.roles.checkOnCall(absolute(context, file));
  const lines = found.length === 0 ? ["nothing found"] : checkLines(found);
  const shown = output === "json" ? [JSON.stringify(found, undefined, 2)] : lines;
  for (const line of shown) context.terminal.print(line);
  return found.length === 0 ? 0 : 1;
}

export const oncallCommands: readonly Command[] = [
  whoCommand,
  scheduleCommand,
  incidentsCommand,
  verbCommand({
    name: "ack",
    verb: "acknowledge",
    summary: "Take an incident on: nobody else is paged.",
  }),
  verbCommand({ name: "resolve", verb: "resolve", summary: "End an incident." }),
  verbCommand({ name: "escalate", verb: "escalate", summary: "Page the next step now." }),
  snoozeCommand,
  reassignCommand,
  whyCommand,
  overrideCommand,
  reportCommand,
  checkCommand,
];

function only(args: readonly string[], name: string): string {
  const [first, ...others] = args;
  if (first !== undefined && others.length === 0) return first;
  throw new UsageError(`give one ${name}`);
}

function incidentIn(args: readonly string[]): string {
  const number = only(args, "INCIDENT").replace(/^#/, "");
  if (!/^\d+$/.test(number)) throw new UsageError(`"${number}" is no number of an incident`);
  return number;
}
