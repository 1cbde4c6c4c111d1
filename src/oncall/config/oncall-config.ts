/** The configuration file of on-call, `oncall.yml`: its options, declared as data. */
import {
  bool,
  choice,
  durationMs,
  field,
  integer,
  list,
  optional,
  parsed,
  secret,
  struct,
  text,
  url,
  type ValueOf,
} from "#promconfig";
import { pageBudgetDefault } from "../roster.ts";
import { minuteMs, parseWallTime } from "../schedule/wall-clock.ts";

/** A time by the wall clock of the zone that it belongs to. */
const wallTime = parsed<number>({
  goType: "time",
  zero: 0,
  parse: (written) => {
    const wallMs = parseWallTime(written);
    if (wallMs === undefined) throw new Error(`"${written}" is no time like 2026-01-05 09:00`);
    return wallMs;
  },
  format: (wallMs) => new Date(wallMs).toISOString().slice(0, 16),
  isEmpty: () => false,
});

const date = parsed<string>({
  goType: "date",
  zero: "",
  parse: (written) => {
    const isDate = /^\d{4}-\d\d-\d\d$/.test(written) && parseWallTime(written) !== undefined;
    if (!isDate) throw new Error(`"${written}" is no date like 2026-12-25`);
    return written;
  },
  format: (written) => written,
  isEmpty: (written) => written === "",
});

/** Minutes since midnight. */
const timeOfDay = parsed<number>({
  goType: "time of day",
  zero: 0,
  parse: (written) => {
    const [, hours = "", minutes = ""] = /^(\d\d):([0-5]\d)$/.exec(written) ?? [];
    const minute = Number(hours) * 60 + Number(minutes);
    if (hours === "" || minute > 1440) throw new Error(`"${written}" is no time of day like 20:00`);
    return minute;
  },
  format: String,
  isEmpty: () => false,
});

const weekdays = [
  "sunday",
  "monday",
  "tuesday",
  "wednesday",
  "thursday",
  "friday",
  "saturday",
] as const;

const weekday = parsed<number>({
  goType: "weekday",
  zero: 0,
  parse: (written) => {
    const day = weekdays.findIndex((name) => name === written);
    if (day < 0) throw new Error(`"${written}" is no weekday like monday`);
    return day;
  },
  format: (day) => weekdays[day] ?? "",
  isEmpty: () => false,
});

const spanParts = {
  from: field("from", optional(wallTime)),
  until: field("until", optional(wallTime)),
} as const;

const awayType = struct("away", spanParts);

const contactType = struct("contact", {
  id: field("id", text),
  email: field("email", text),
  webhook: field("webhook", url),
  webPush: field("web_push", text),
  slack: field("slack", text),
  telegram: field("telegram", text),
  sms: field("sms", text),
  voice: field("voice", text),
  ntfy: field("ntfy", url),
  isVerified: field("verified", bool, true),
});

const ruleType = struct("rule", {
  contact: field("contact", text),
  afterMs: field("after", durationMs),
});

/** So that nobody guesses one. */
const tokenLengthMin = 16;

const userType = struct(
  "user",
  {
    name: field("name", text),
    fullName: field("full_name", text),
    timeZone: field("time_zone", text, "UTC"),
    contacts: field("contacts", list(contactType)),
    rules: field("rules", list(ruleType)),
    away: field("away", list(awayType)),
    /** By which they prove to the pages and the API who they are. */
    token: field("token", secret),
  },
  {
    check: ({ name, token }) => {
      const isShort = !token.isEmpty && token.reveal().length < tokenLengthMin;
      if (isShort) return `a token has at least ${tokenLengthMin} characters`;
      return nameProblem("user", name);
    },
  },
);

const teamType = struct(
  "team",
  {
    name: field("name", text),
    members: field("members", list(text)),
    managers: field("managers", list(text)),
    primary: field("primary", text),
    backup: field("backup", text),
    timeZone: field("time_zone", text),
    holidays: field("holidays", list(date)),
    tickets: field("tickets", list(contactType)),
  },
  { check: ({ name }) => nameProblem("team", name) },
);

const timesType = struct("times", {
  weekdays: field("weekdays", list(weekday), [0, 1, 2, 3, 4, 5, 6]),
  from: field("from", timeOfDay, 0),
  until: field("until", timeOfDay, 1440),
});

const layerType = struct("layer", {
  name: field("name", text),
  rotation: field(
    "rotation",
    choice(["hourly", "daily", "weekly", "custom"], (word) => `"${word}" is no rotation`),
    "weekly",
  ),
  every: field("every", integer, 1),
  lengths: field("lengths", list(durationMs)),
  start: field("start", optional(wallTime)),
  members: field("members", list(text)),
  times: field("times", list(timesType)),
  ...spanParts,
});

const overrideType = struct("override", {
  user: field("user", text),
  replaces: field("replaces", text),
  ...spanParts,
});

const swapType = struct("swap", { users: field("users", list(text)), ...spanParts });

const scheduleType = struct(
  "schedule",
  {
    name: field("name", text),
    timeZone: field("time_zone", text, "UTC"),
    layers: field("layers", list(layerType)),
    overrides: field("overrides", list(overrideType)),
    swaps: field("swaps", list(swapType)),
    holidays: field("holidays", list(date)),
  },
  { check: ({ name }) => nameProblem("schedule", name) },
);

const stepType = struct("step", {
  afterMs: field("after", durationMs),
  users: field("users", list(text)),
  schedules: field("schedules", list(text)),
  nextIn: field("next_in", list(text)),
  teams: field("teams", list(text)),
  managersOf: field("managers_of", list(text)),
});

const policyType = struct(
  "policy",
  {
    name: field("name", text),
    steps: field("steps", list(stepType)),
    repeat: field("repeat", integer, 3),
    repeatAfterMs: field("repeat_after", durationMs, 5 * minuteMs),
    acknowledgeTimeoutMs: field("acknowledge_timeout", durationMs, 30 * minuteMs),
  },
  {
    check: ({ name, steps, repeat, repeatAfterMs }) => {
      if (steps.length === 0) return "a policy needs steps";
      if (repeat < 0 || repeat > 100) return "repeat is from 0 to 100";
      if (repeatAfterMs < minuteMs) return "repeat_after is at least 1m";
      const isGrowing = steps.every((step, at) => step.afterMs > (steps[at - 1]?.afterMs ?? -1));
      return isGrowing ? nameProblem("policy", name) : "each step comes after the one before";
    },
  },
);

const budgetType = struct(
  "page_budget",
  {
    pages: field("pages", integer, pageBudgetDefault.pages),
    perMs: field("per", durationMs, pageBudgetDefault.perMs),
  },
  {
    check: ({ pages, perMs }) =>
      pages < 1 || perMs < minuteMs ? "a page budget is at least 1 page per 1m" : undefined,
  },
);

/** What is only recorded, unless a service says otherwise. */
export const quietSeveritiesDefault: readonly string[] = ["info", "none"];

const serviceType = struct(
  "service",
  {
    name: field("name", text),
    team: field("team", text),
    policy: field("policy", text),
    integrationKeys: field("integration_keys", list(secret)),
    quietSeverities: field("quiet_severities", list(text), quietSeveritiesDefault),
    pageBudget: field("page_budget", optional(budgetType)),
  },
  { check: ({ name }) => nameProblem("service", name) },
);

const heartbeatType = struct(
  "heartbeat",
  {
    name: field("name", text),
    service: field("service", text),
    intervalMs: field("interval", durationMs, 5 * minuteMs),
    key: field("key", secret),
  },
  {
    check: ({ name, intervalMs, key }) => {
      if (key.isEmpty) return "a heartbeat needs a key";
      return intervalMs < 1_000 ? "interval is at least 1s" : nameProblem("heartbeat", name);
    },
  },
);

const smtpType = struct(
  "smtp",
  {
    from: field("from", text),
    smarthost: field("smarthost", text),
    username: field("username", text),
    password: field("password", secret),
    requireTls: field("require_tls", bool, true),
  },
  {
    check: ({ from, smarthost }) => {
      if (from === "") return "smtp needs from";
      return /^.+:\d+$/.test(smarthost) ? undefined : "smarthost is host:port";
    },
  },
);

const slackType = struct("slack", {
  apiUrl: field("api_url", url, "https://slack.com/api"),
  botToken: field("bot_token", secret),
});

const telegramType = struct("telegram", {
  apiUrl: field("api_url", url, "https://api.telegram.org"),
  botToken: field("bot_token", secret),
});

const twilioType = struct("twilio", {
  apiUrl: field("api_url", url, "https://api.twilio.com"),
  accountSid: field("account_sid", text),
  authToken: field("auth_token", secret),
  from: field("from", text),
});

const outsideType = struct(
  "outside_heartbeat",
  { url: field("url", url), intervalMs: field("interval", durationMs, minuteMs) },
  { check: ({ url: address }) => (URL.canParse(address) ? undefined : "url is missing") },
);

const fileParts = {
  users: field("users", list(userType)),
  teams: field("teams", list(teamType)),
  schedules: field("schedules", list(scheduleType)),
  policies: field("policies", list(policyType)),
  services: field("services", list(serviceType)),
  heartbeats: field("heartbeats", list(heartbeatType)),
  ownService: field("own_service", text),
  pageBudget: field("page_budget", optional(budgetType)),
  apiToken: field("api_token", secret),
  outsideHeartbeat: field("outside_heartbeat", optional(outsideType)),
  smtp: field("smtp", optional(smtpType)),
  slack: field("slack", optional(slackType)),
  telegram: field("telegram", optional(telegramType)),
  twilio: field("twilio", optional(twilioType)),
  webPush: field("web_push", optional(struct("web_push", { subject: field("subject", text) }))),
  ntfyToken: field("ntfy_token", secret),
} as const;

export const oncallFileType = struct("oncall", fileParts);

/** The file as it is written. */
export type OncallFile = ValueOf<typeof fileParts>;
export type UserConfig = OncallFile["users"][number];
export type ContactConfig = UserConfig["contacts"][number];
export type TeamConfig = OncallFile["teams"][number];
export type ScheduleConfig = OncallFile["schedules"][number];
export type LayerConfig = ScheduleConfig["layers"][number];
export type PolicyConfig = OncallFile["policies"][number];
export type StepConfig = PolicyConfig["steps"][number];
export type SmtpConfig = NonNullable<OncallFile["smtp"]>;

function nameProblem(what: string, name: string): string | undefined {
  return /^[\w.@-]{1,64}$/.test(name)
    ? undefined
    : `a ${what} needs a name of letters, digits, "-", "_", "." and "@"`;
}
