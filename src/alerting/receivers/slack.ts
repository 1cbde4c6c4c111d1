/** Slack: an incoming webhook, or the API with an app's token. */
import {
  bool,
  durationMs,
  field,
  list,
  optional,
  path,
  secret,
  shownField,
  struct,
  type StructType,
  text,
  type ValueOf,
} from "#promconfig";
import type { GlobalConfig } from "../config/global-config.ts";
import {
  bothProblem,
  isSet,
  maybeBool,
  secretUrl,
  templateField,
  webUrl,
} from "../config/receiver-options.ts";
import { SendError } from "../notify/integration.ts";
import { decodeAnswer, textMember } from "./decode-answer.ts";
import { call, failureOf, type HttpAnswer, retryRule } from "./http-call.ts";
import { openHttp, present } from "./http-receiver.ts";
import type { Message } from "./message.ts";
import {
  httpReceiverParts,
  readSecretOption,
  type ReceiverKind,
  withGlobalHttp,
  withTimeout,
} from "./receiver-kind.ts";
import { truncateCharacters } from "./truncate.ts";

const confirmationType = struct(
  "config.plain",
  {
    text: templateField("text"),
    title: templateField("title"),
    okText: templateField("ok_text"),
    dismissText: templateField("dismiss_text"),
  },
  {
    check: (confirm) =>
      confirm.text === "" ? "missing text in Slack confirmation configuration" : undefined,
  },
);

const actionType = struct(
  "config.plain",
  {
    type: templateField("type"),
    text: templateField("text"),
    url: templateField("url"),
    style: templateField("style"),
    name: templateField("name"),
    value: templateField("value"),
    confirm: field("confirm", optional(confirmationType)),
  },
  {
    check: (action) => {
      if (action.type === "") return "missing type in Slack action configuration";
      if (action.text === "") return "missing text in Slack action configuration";
      return action.url === "" && action.name === ""
        ? "missing name or url in Slack action configuration"
        : undefined;
    },
    // A link is no message action.
    fill: (action) =>
      action.url === "" ? action : { ...action, name: "", value: "", confirm: undefined },
  },
);

const fieldType = struct(
  "config.plain",
  {
    title: templateField("title"),
    value: templateField("value"),
    isShort: field("short", maybeBool),
  },
  {
    check: ({ title, value }) => {
      if (title === "") return "missing title in Slack field configuration";
      return value === "" ? "missing value in Slack field configuration" : undefined;
    },
  },
);

const standard = (name: string) => `{{ template "slack.default.${name}" . }}`;

const parts = {
  ...httpReceiverParts(false),
  apiUrl: field("api_url", secretUrl),
  apiUrlFile: field("api_url_file", path),
  appToken: field("app_token", secret),
  appTokenFile: field("app_token_file", path),
  appUrl: field("app_url", webUrl),
  channel: templateField("channel"),
  username: templateField("username", standard("username")),
  color: templateField("color", standard("color")),
  title: templateField("title", standard("title")),
  titleLink: templateField("title_link", standard("titlelink")),
  pretext: templateField("pretext", standard("pretext")),
  text: templateField("text", standard("text")),
  messageText: templateField("message_text"),
  fields: field("fields", list(fieldType)),
  shortFields: shownField("short_fields", bool),
  footer: templateField("footer", standard("footer")),
  fallback: templateField("fallback", standard("fallback")),
  callbackId: templateField("callback_id", standard("callbackid")),
  iconEmoji: templateField("icon_emoji", standard("iconemoji")),
  iconUrl: templateField("icon_url", standard("iconurl")),
  imageUrl: templateField("image_url"),
  thumbUrl: templateField("thumb_url"),
  linkNames: shownField("link_names", bool),
  markdownIn: field("mrkdwn_in", list(text)),
  actions: field("actions", list(actionType)),
  updatesMessage: shownField("update_message", bool),
  timeoutMs: field("timeout", durationMs),
} as const;

type SlackConfig = ValueOf<typeof parts>;
const type: StructType<SlackConfig> = struct("config.plain", parts, { check: slackProblem });

const postUrl = "https://slack.com/api/chat.postMessage";
const titleLengthMax = 1_024;

export const slackKind: ReceiverKind<SlackConfig> = {
  name: "slack",
  type,
  complete: completed,
  open: (config, deps) => {
    // Where each group's message is, to change it when the group is told of again.
    const posted = new Map<string, PostedMessage>();
    return openHttp(config, deps, async (message, client, signal) => {
      const option = { text: config.apiUrl, file: config.apiUrlFile, name: "api_url_file" };
      const before = config.updatesMessage ? posted.get(message.notification.groupKey) : undefined;
      const address = await readSecretOption(deps.disk, option);
      const url =
        before === undefined ? address : address.replace(/chat\.postMessage$/, "chat.update");
      const body = { ...bodyOf(message, config), ...before };
      const limit = { ms: config.timeoutMs, what: "slack", signal };
      const answer = await withTimeout(deps.clock, limit, (within) =>
        call(client, { method: "POST", url, body }, within),
      );
      const failure = failureOf(answer, retryRule) ?? refusalOf(answer);
      if (failure !== undefined) throw inChannel(failure, message.detail(config.channel));
      const where = config.updatesMessage ? postedMessage(answer) : undefined;
      if (where !== undefined) remember(posted, message.notification.groupKey, where);
    });
  },
};

/** Messages that may still be changed; of groups beyond that the oldest are forgotten. */
const postedMax = 10_000;

function remember(
  posted: Map<string, PostedMessage>,
  groupKey: string,
  where: PostedMessage,
): void {
  posted.set(groupKey, where);
  const [oldest] = posted.keys();
  if (posted.size > postedMax && oldest !== undefined) posted.delete(oldest);
}

interface PostedMessage {
  readonly channel: string;
  readonly ts: string;
}

function slackProblem(config: SlackConfig): string | undefined {
  const { apiUrl, apiUrlFile, appToken, appTokenFile, updatesMessage } = config;
  const hasUrl = apiUrl !== "" || apiUrlFile !== "";
  if (hasUrl && (isSet(appToken) || appTokenFile !== "")) {
    return "at most one of api_url/api_url_file & app_token/app_token_file must be configured";
  }
  if (updatesMessage && apiUrl !== postUrl) {
    return `update_message can only be used with bot tokens. api_url must be set to ${postUrl}`;
  }
  return (
    bothProblem(["api_url", apiUrl], ["api_url_file", apiUrlFile]) ??
    bothProblem(["app_token", appToken], ["app_token_file", appTokenFile])
  );
}

/** An address of one's own comes before the token of `global`, and that before its address. */
function completed(config: SlackConfig, global: GlobalConfig): SlackConfig | string {
  const own = config.apiUrl !== "" || config.http?.authorization !== undefined;
  const hasToken = isSet(config.appToken) || config.appTokenFile !== "";
  const takesToken = !own && !hasToken;
  const hasUrl = config.apiUrl !== "" || config.apiUrlFile !== "";
  const joined = withGlobalHttp(
    {
      ...config,
      appUrl: config.appUrl === "" ? global.slackAppUrl : config.appUrl,
      appToken: takesToken ? global.slackAppToken : config.appToken,
      appTokenFile: takesToken ? global.slackAppTokenFile : config.appTokenFile,
      apiUrl: hasUrl ? config.apiUrl : global.slackApiUrl,
      apiUrlFile: hasUrl ? config.apiUrlFile : global.slackApiUrlFile,
    },
    global,
  );
  if (isSet(joined.appToken) || joined.appTokenFile !== "") return withToken(joined);
  return joined.apiUrl === "" && joined.apiUrlFile === ""
    ? "no Slack API URL nor App token set either inline or in a file"
    : joined;
}

function withToken(config: SlackConfig): SlackConfig | string {
  const { http, appToken, appTokenFile } = config;
  if (http?.authorization !== undefined) {
    return "http authorization can't be set when using Slack App tokens";
  }
  const authorization = {
    type: "Bearer",
    credentials: appToken,
    credentialsFile: appTokenFile,
    credentialsRef: "",
  };
  return {
    ...config,
    apiUrl: config.appUrl,
    apiUrlFile: "",
    ...(http === undefined ? {} : { http: { ...http, authorization } }),
  };
}

function bodyOf(message: Message, config: SlackConfig): Readonly<Record<string, unknown>> {
  return {
    ...present({
      channel: message.detail(config.channel),
      username: message.detail(config.username),
      icon_emoji: message.detail(config.iconEmoji),
      icon_url: message.detail(config.iconUrl),
      link_names: config.linkNames,
      text: message.prose(config.messageText),
    }),
    attachments: [attachmentOf(message, config)],
  };
}

function attachmentOf(message: Message, config: SlackConfig): unknown {
  return {
    text: message.prose(config.text),
    fallback: message.prose(config.fallback),
    callback_id: message.detail(config.callbackId),
    footer: message.detail(config.footer),
    ...present({
      title: truncateCharacters(message.prose(config.title), titleLengthMax),
      title_link: message.detail(config.titleLink),
      pretext: message.prose(config.pretext),
      image_url: message.detail(config.imageUrl),
      thumb_url: message.detail(config.thumbUrl),
      color: message.detail(config.color),
      mrkdwn_in: config.markdownIn.length > 0 ? config.markdownIn : ["fallback", "pretext", "text"],
      fields: config.fields.map(({ title, value, isShort }) => ({
        title: message.prose(title),
        value: message.prose(value),
        short: isShort ?? config.shortFields,
      })),
      actions: config.actions.map((action) => actionOf(message, action)),
    }),
  };
}

function actionOf(message: Message, action: SlackConfig["actions"][number]): unknown {
  const { confirm } = action;
  return present({
    type: message.detail(action.type),
    text: message.prose(action.text),
    url: message.detail(action.url),
    style: message.detail(action.style),
    name: message.detail(action.name),
    value: message.detail(action.value),
    confirm:
      confirm === undefined
        ? undefined
        : present({
            text: message.prose(confirm.text),
            title: message.prose(confirm.title),
            ok_text: message.prose(confirm.okText),
            dismiss_text: message.prose(confirm.dismissText),
          }),
  });
}

/** A success by its status may be a refusal by its text. */
function refusalOf(answer: HttpAnswer): SendError | undefined {
  if (!String(answer.headers["content-type"] ?? "").startsWith("application/json")) {
    if (answer.text === "ok") return undefined;
    return refused(`received an error response from Slack: ${answer.text}`, false);
  }
  const told = decodeAnswer(answer.text);
  if (told === undefined) return refused("could not unmarshal JSON response", true);
  if (told["ok"] === true) return undefined;
  return refused(`error response from Slack: ${textMember(told, "error")}`, false);
}

function refused(message: string, isRetryable: boolean): SendError {
  return new SendError(message, { isRetryable, reason: "clientError" });
}

function inChannel({ message, isRetryable, reason }: SendError, channel: string): SendError {
  return new SendError(`channel ${JSON.stringify(channel)}: ${message}`, { isRetryable, reason });
}

function postedMessage({ text: told }: HttpAnswer): PostedMessage | undefined {
  const answer = decodeAnswer(told);
  const [channel, ts] = [textMember(answer, "channel"), textMember(answer, "ts")];
  return channel === "" || ts === "" ? undefined : { channel, ts };
}
