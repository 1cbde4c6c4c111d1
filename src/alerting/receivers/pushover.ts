/** Pushover: a POST whose query says everything. */
import {
  bool,
  field,
  parsed,
  path,
  secret,
  struct,
  type StructType,
  type ValueOf,
} from "#promconfig";
import { escapeUrlQuery } from "#gotemplate";
import { formatDuration, parseSignedDuration } from "#series";
import { bothProblem, isSet, templateField } from "../config/receiver-options.ts";
import { callSuccessfully, retryRule } from "./http-call.ts";
import { openHttp } from "./http-receiver.ts";
import type { Message } from "./message.ts";
import {
  httpReceiverParts,
  readSecretOption,
  type ReceiverKind,
  withGlobalHttp,
} from "./receiver-kind.ts";
import { truncateCharacters } from "./truncate.ts";

/** Of a notation of its own, with signs and fractions. */
const spanMs = parsed({
  goType: "pushover.duration",
  zero: 0,
  parse: parseSignedDuration,
  format: formatDuration,
  isEmpty: (value) => value === 0,
});

const parts = {
  ...httpReceiverParts(true),
  userKey: field("user_key", secret),
  userKeyFile: field("user_key_file", path),
  token: field("token", secret),
  tokenFile: field("token_file", path),
  title: templateField("title", '{{ template "pushover.default.title" . }}'),
  message: templateField("message", '{{ template "pushover.default.message" . }}'),
  url: templateField("url", '{{ template "pushover.default.url" . }}'),
  urlTitle: templateField("url_title"),
  device: templateField("device"),
  sound: templateField("sound"),
  priority: templateField("priority", '{{ if eq .Status "firing" }}2{{ else }}0{{ end }}'),
  retryMs: field("retry", spanMs, 60_000),
  expireMs: field("expire", spanMs, 3_600_000),
  ttlMs: field("ttl", spanMs),
  isHtml: field("html", bool),
  isMonospace: field("monospace", bool),
} as const;

type PushoverConfig = ValueOf<typeof parts>;
const type: StructType<PushoverConfig> = struct("pushover.plain", parts, {
  check: ({ userKey, userKeyFile, token, tokenFile, isHtml, isMonospace }) => {
    if (!isSet(userKey) && userKeyFile === "") {
      return "one of user_key or user_key_file must be configured";
    }
    if (!isSet(token) && tokenFile === "") return "one of token or token_file must be configured";
    if (isHtml && isMonospace) return "at most one of monospace & html must be configured";
    return (
      bothProblem(["user_key", userKey], ["user_key_file", userKeyFile]) ??
      bothProblem(["token", token], ["token_file", tokenFile])
    );
  },
});

const apiUrl = "https://api.pushover.net/1/messages.json";
const titleLengthMax = 250;
const messageLengthMax = 1_024;
const urlLengthMax = 512;

export const pushoverKind: ReceiverKind<PushoverConfig> = {
  name: "pushover",
  type,
  complete: withGlobalHttp,
  open: (config, deps) =>
    openHttp(config, deps, async (message, client, signal) => {
      const token = { text: config.token, file: config.tokenFile, name: "token_file" };
      const user = { text: config.userKey, file: config.userKeyFile, name: "user_key_file" };
      const parameters = {
        ...parametersOf(message, config),
        token: message.address(await readSecretOption(deps.disk, token), "token"),
        user: message.address(await readSecretOption(deps.disk, user), "user_key"),
      };
      const query = Object.entries(parameters)
        .sort(([left], [right]) => (left < right ? -1 : 1))
        .map(([name, value]) => `${name}=${escapeUrlQuery(value)}`)
        .join("&");
      const headers = { "content-type": "text/plain" };
      const request = { method: "POST", url: `${apiUrl}?${query}`, headers } as const;
      await callSuccessfully(client, request, retryRule, signal);
    }),
};

function parametersOf(message: Message, config: PushoverConfig): Readonly<Record<string, string>> {
  const text = config.isHtml ? message.html(config.message) : message.prose(config.message);
  const shown = truncateCharacters(text, messageLengthMax).trim();
  const ttl = Math.trunc(config.ttlMs / 1000);
  return {
    title: truncateCharacters(message.prose(config.title), titleLengthMax),
    ...(config.isHtml ? { html: "1" } : {}),
    ...(config.isMonospace ? { monospace: "1" } : {}),
    // An empty message is refused.
    message: shown === "" ? "(no details)" : shown,
    url: truncateCharacters(message.detail(config.url), urlLengthMax),
    url_title: message.detail(config.urlTitle),
    priority: message.detail(config.priority),
    retry: String(Math.trunc(config.retryMs / 1000)),
    expire: String(Math.trunc(config.expireMs / 1000)),
    device: message.detail(config.device),
    sound: message.detail(config.sound),
    ...(ttl > 0 ? { ttl: String(ttl) } : {}),
  };
}
