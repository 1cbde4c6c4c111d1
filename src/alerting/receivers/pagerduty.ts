/** PagerDuty: its events, in the second version with a routing key and in the first with a service key. */
import {
  durationMs,
  field,
  list,
  path,
  secret,
  struct,
  type StructType,
  type ValueOf,
} from "#promconfig";
import { bothProblem, isSet, templateField, webUrl } from "../config/receiver-options.ts";
import { SendError } from "../notify/integration.ts";
import { decodeAnswer, textMember, textsMember } from "./decode-answer.ts";
import {
  callSuccessfully,
  type HttpAnswer,
  limitedRetryRule,
  type RetryRule,
} from "./http-call.ts";
import { openHttp, present } from "./http-receiver.ts";
import type { Message } from "./message.ts";
import {
  httpReceiverParts,
  readSecretOption,
  type ReceiverDeps,
  type ReceiverKind,
  withGlobalHttp,
  withTimeout,
} from "./receiver-kind.ts";
import { anyYamlMap, renderedValue } from "./templated-value.ts";
import { truncateCharacters } from "./truncate.ts";

const imageType = struct("pagerduty.PagerdutyImage", {
  src: templateField("src"),
  alt: templateField("alt"),
  href: templateField("href"),
});

const linkType = struct("pagerduty.PagerdutyLink", {
  href: templateField("href"),
  text: templateField("text"),
});

const parts = {
  ...httpReceiverParts(true),
  serviceKey: field("service_key", secret),
  serviceKeyFile: field("service_key_file", path),
  routingKey: field("routing_key", secret),
  routingKeyFile: field("routing_key_file", path),
  url: field("url", webUrl),
  client: templateField("client", '{{ template "pagerduty.default.client" . }}'),
  clientUrl: templateField("client_url", '{{ template "pagerduty.default.clientURL" . }}'),
  description: templateField("description", '{{ template "pagerduty.default.description" .}}'),
  details: field("details", anyYamlMap),
  images: field("images", list(imageType)),
  links: field("links", list(linkType)),
  source: templateField("source"),
  severity: templateField("severity"),
  class: templateField("class"),
  component: templateField("component"),
  group: templateField("group"),
  timeoutMs: field("timeout", durationMs),
} as const;

type PagerdutyConfig = ValueOf<typeof parts>;
const type: StructType<PagerdutyConfig> = struct("pagerduty.plain", parts, {
  check: pagerdutyProblem,
  fill: (config) => ({
    ...config,
    source: config.source === "" ? config.client : config.source,
    details: new Map([...detailDefaults, ...config.details]),
  }),
});

const detailDefaults: ReadonlyMap<string, string> = new Map([
  ["firing", "{{ .Alerts.Firing | toJson }}"],
  ["resolved", "{{ .Alerts.Resolved | toJson }}"],
  ["num_firing", "{{ .Alerts.Firing | len }}"],
  ["num_resolved", "{{ .Alerts.Resolved | len }}"],
]);

const firstVersionUrl = "https://events.pagerduty.com/generic/2010-04-15/create_event.json";
const summaryLengthMax = 1_024;
const eventBytesMax = 512_000;

// The first version says 403 when there is too much, the second 429.
const firstVersionRule: RetryRule = { retryStatuses: [403], details: detailsOf };
const secondVersionRule: RetryRule = { ...limitedRetryRule, details: detailsOf };

export const pagerdutyKind: ReceiverKind<PagerdutyConfig> = {
  name: "pagerduty",
  type,
  complete: (config, global) =>
    withGlobalHttp(
      { ...config, url: config.url === "" ? global.pagerdutyUrl : config.url },
      global,
    ),
  open: (config, deps) => {
    const isFirstVersion = isSet(config.serviceKey) || config.serviceKeyFile !== "";
    const eventOf = isFirstVersion ? firstVersionEvent : secondVersionEvent;
    const rule = isFirstVersion ? firstVersionRule : secondVersionRule;
    const url = isFirstVersion ? firstVersionUrl : config.url;
    return openHttp(config, deps, async (message, client, signal) => {
      const body = fitting(await eventOf(message, config, deps), isFirstVersion);
      const limit = { ms: config.timeoutMs, what: "pagerduty", signal };
      await withTimeout(deps.clock, limit, (within) =>
        callSuccessfully(client, { method: "POST", url, body }, rule, within),
      );
    });
  },
};

function pagerdutyProblem(config: PagerdutyConfig): string | undefined {
  const { serviceKey, serviceKeyFile, routingKey, routingKeyFile } = config;
  const keys = [serviceKey, serviceKeyFile, routingKey, routingKeyFile];
  if (!keys.some(isSet)) return "missing service or routing key in PagerDuty config";
  return (
    bothProblem(["routing_key", routingKey], ["routing_key_file", routingKeyFile]) ??
    bothProblem(["service_key", serviceKey], ["service_key_file", serviceKeyFile])
  );
}

type Event = Readonly<Record<string, unknown>>;

async function firstVersionEvent(
  message: Message,
  config: PagerdutyConfig,
  { disk }: ReceiverDeps,
): Promise<Event> {
  const { serviceKey, serviceKeyFile } = config;
  const option = { text: serviceKey, file: serviceKeyFile, name: "service_key_file" };
  const isTrigger = message.status === "firing";
  return {
    service_key: keyOf(message, await readSecretOption(disk, option), "service key"),
    incident_key: message.identity,
    event_type: isTrigger ? "trigger" : "resolve",
    description: truncateCharacters(message.prose(config.description), summaryLengthMax),
    event_action: "",
    payload: null,
    ...(isTrigger ? clientOf(message, config) : {}),
    details: detailsFor(message, config),
  };
}

async function secondVersionEvent(
  message: Message,
  config: PagerdutyConfig,
  { disk }: ReceiverDeps,
): Promise<Event> {
  const { routingKey, routingKeyFile } = config;
  const option = { text: routingKey, file: routingKeyFile, name: "routing_key_file" };
  const severity = message.detail(config.severity);
  return {
    routing_key: keyOf(message, await readSecretOption(disk, option), "routing key"),
    dedup_key: message.identity,
    event_action: message.status === "firing" ? "trigger" : "resolve",
    ...clientOf(message, config),
    payload: {
      summary: truncateCharacters(message.prose(config.description), summaryLengthMax),
      source: message.detail(config.source),
      severity: severity === "" ? "error" : severity,
      ...present({
        class: message.detail(config.class),
        component: message.detail(config.component),
        group: message.detail(config.group),
      }),
      custom_details: detailsFor(message, config),
    },
    ...present({
      images: config.images
        .map(({ src, alt, href }) => ({
          src: message.detail(src),
          alt: message.detail(alt),
          href: message.detail(href),
        }))
        .filter(({ src }) => src !== ""),
      links: config.links
        .map(({ href, text }) => ({ href: message.detail(href), text: message.detail(text) }))
        .filter(({ href }) => href !== ""),
    }),
  };
}

function clientOf(message: Message, config: PagerdutyConfig): Event {
  return present({
    client: message.detail(config.client),
    client_url: message.detail(config.clientUrl),
  });
}

function keyOf(message: Message, template: string, what: string): string {
  const key = message.address(template, what);
  if (key !== "") return key;
  throw new SendError(`${what} cannot be empty`, { isRetryable: false, reason: "clientError" });
}

function detailsFor(message: Message, { details }: PagerdutyConfig): unknown {
  return renderedValue(details, (template) => message.prose(template));
}

/** An event that is too large for them goes without its details, which says so. */
function fitting(event: Event, isFirstVersion: boolean): Event {
  const bytes = new TextEncoder().encode(JSON.stringify(event)).length;
  if (bytes <= eventBytesMax) return event;
  const error =
    "Custom details have been removed because the original event exceeds the maximum size of 512KB";
  if (isFirstVersion) return { ...event, details: { error } };
  const payload = typeof event["payload"] === "object" ? event["payload"] : {};
  return { ...event, payload: { ...payload, custom_details: { error } } };
}

function detailsOf({ status, text }: HttpAnswer): string {
  const told = status === 400 ? decodeAnswer(text) : undefined;
  if (told === undefined) return "";
  return `${textMember(told, "message")}: ${textsMember(told, "errors").join(",")}`;
}
