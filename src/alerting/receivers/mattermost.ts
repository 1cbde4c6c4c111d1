/** Mattermost: an incoming webhook. */
import {
  bool,
  field,
  list,
  optional,
  struct,
  type StructType,
  text,
  type ValueOf,
} from "#promconfig";
import type { GlobalConfig } from "../config/global-config.ts";
import { bothProblem, maybeBool, templateField } from "../config/receiver-options.ts";
import { SendError } from "../notify/integration.ts";
import { call, failureOf, retryRule } from "./http-call.ts";
import { openHttp, present } from "./http-receiver.ts";
import type { Message } from "./message.ts";
import { httpReceiverParts, type ReceiverKind, withGlobalHttp } from "./receiver-kind.ts";
import { truncateCharacters } from "./truncate.ts";
import { readWebhookAddress, webhookAddressParts } from "./webhook-address.ts";

const fieldType = struct(
  "mattermost.plain",
  {
    title: templateField("title"),
    value: templateField("value"),
    isShort: field("short", maybeBool),
  },
  {
    check: ({ title, value }) => {
      if (title === "") return "missing title in Mattermost field configuration";
      return value === "" ? "missing value in Mattermost field configuration" : undefined;
    },
  },
);

const attachmentParts = (initial: (name: string) => string) =>
  ({
    fallback: templateField("fallback", initial("fallback")),
    color: templateField("color", initial("color")),
    pretext: templateField("pretext"),
    text: templateField("text", initial("text")),
    authorName: templateField("author_name"),
    authorLink: templateField("author_link"),
    authorIcon: templateField("author_icon"),
    title: templateField("title", initial("title")),
    titleLink: templateField("title_link", initial("titlelink")),
    fields: field("fields", list(fieldType)),
    thumbUrl: templateField("thumb_url"),
    footer: templateField("footer"),
    footerIcon: templateField("footer_icon"),
    imageUrl: templateField("image_url"),
  }) as const;

const attachmentType = struct(
  "mattermost.MattermostAttachment",
  attachmentParts(() => ""),
);
type Attachment = ValueOf<ReturnType<typeof attachmentParts>>;

const priorityType = struct("mattermost.MattermostPriority", {
  priority: templateField("priority"),
  requestsAcknowledgement: field("requested_ack", bool),
  isPersistent: field("persistent_notifications", bool),
});

const parts = {
  ...httpReceiverParts(true),
  ...webhookAddressParts,
  channel: templateField("channel"),
  username: templateField("username", '{{ template "mattermost.default.username" . }}'),
  ...attachmentParts((name) => `{{ template "mattermost.default.${name}" . }}`),
  iconUrl: templateField("icon_url"),
  iconEmoji: templateField("icon_emoji"),
  attachments: field("attachments", list(attachmentType)),
  type: field("type", text),
  props: field(
    "props",
    optional(struct("mattermost.MattermostProps", { card: templateField("card") })),
  ),
  priority: field("priority", optional(priorityType)),
} as const;

type MattermostConfig = ValueOf<typeof parts>;
const type: StructType<MattermostConfig> = struct("mattermost.plain", parts, {
  check: ({ webhookUrl, webhookUrlFile }) =>
    bothProblem(["webhook_url", webhookUrl], ["webhook_url_file", webhookUrlFile]),
});

const textLengthMax = 16_383;

export const mattermostKind: ReceiverKind<MattermostConfig> = {
  name: "mattermost",
  type,
  complete: completed,
  open: (config, deps) =>
    openHttp(config, deps, async (message, client, signal) => {
      const url = await readWebhookAddress(deps, config);
      const body = bodyOf(message, config);
      const answer = await call(client, { method: "POST", url, body }, signal);
      const failure = failureOf(answer, retryRule);
      if (failure === undefined) return;
      const { isRetryable, reason } = failure;
      const channel = JSON.stringify(message.detail(config.channel));
      throw new SendError(`channel ${channel}: ${failure.message}`, { isRetryable, reason });
    }),
};

function completed(config: MattermostConfig, global: GlobalConfig): MattermostConfig | string {
  const { webhookUrl, webhookUrlFile } = config;
  if (webhookUrl !== "" || webhookUrlFile !== "") return withGlobalHttp(config, global);
  const { mattermostWebhookUrl, mattermostWebhookUrlFile } = global;
  if (mattermostWebhookUrl === "" && mattermostWebhookUrlFile === "") {
    return "missing webhook_url or webhook_url_file on mattermost_config";
  }
  const address = { webhookUrl: mattermostWebhookUrl, webhookUrlFile: mattermostWebhookUrlFile };
  return withGlobalHttp({ ...config, ...address }, global);
}

/** Where there are attachments of one's own, the text stands before them. */
function bodyOf(message: Message, config: MattermostConfig): unknown {
  const { attachments } = config;
  const isOwn = attachments.length > 0;
  const card = message.detail(config.props?.card ?? "");
  return present({
    text: isOwn ? truncateCharacters(message.prose(config.text), textLengthMax) : "",
    channel: message.detail(config.channel),
    username: message.detail(config.username),
    icon_url: message.detail(config.iconUrl),
    icon_emoji: message.detail(config.iconEmoji),
    attachments: (isOwn ? attachments : [config]).map((one) => attachmentOf(message, one)),
    type: message.detail(config.type),
    props: card === "" ? undefined : { card },
    priority: priorityOf(message, config.priority),
  });
}

function attachmentOf(message: Message, attachment: Attachment): unknown {
  return present({
    fallback: message.prose(attachment.fallback),
    color: message.detail(attachment.color),
    pretext: message.prose(attachment.pretext),
    text: message.prose(attachment.text),
    author_name: message.detail(attachment.authorName),
    author_link: message.detail(attachment.authorLink),
    author_icon: message.detail(attachment.authorIcon),
    title: message.prose(attachment.title),
    title_link: message.detail(attachment.titleLink),
    fields: attachment.fields.map(({ title, value, isShort }) => ({
      title: message.prose(title),
      value: message.prose(value),
      ...(isShort === undefined ? {} : { short: isShort }),
    })),
    thumb_url: message.detail(attachment.thumbUrl),
    footer: message.detail(attachment.footer),
    footer_icon: message.detail(attachment.footerIcon),
    image_url: message.detail(attachment.imageUrl),
  });
}

/** Only what is more than standard can be acknowledged, and only what is urgent asks again. */
function priorityOf(message: Message, priority: MattermostConfig["priority"]): unknown {
  if (priority === undefined || priority.priority === "") return undefined;
  const asked = message.detail(priority.priority).toLowerCase();
  const known = ["urgent", "important"].includes(asked) ? asked : "standard";
  return present({
    priority: known,
    requested_ack: priority.requestsAcknowledgement && known !== "standard",
    persistent_notifications: priority.isPersistent && known === "urgent",
  });
}
