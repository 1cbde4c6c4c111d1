/** Rocket.Chat: its REST API with a personal access token. */
import {
  bool,
  field,
  list,
  path,
  secret,
  shownField,
  struct,
  type StructType,
  type ValueOf,
} from "#promconfig";
import type { GlobalConfig } from "../config/global-config.ts";
import {
  bothProblem,
  isSet,
  maybeBool,
  templateField,
  webUrl,
  withSlash,
} from "../config/receiver-options.ts";
import { SendError } from "../notify/integration.ts";
import { decodeAnswer, textMember } from "./decode-answer.ts";
import { call, failureOf, type HttpAnswer, retryRule } from "./http-call.ts";
import { openHttp, present } from "./http-receiver.ts";
import type { Message } from "./message.ts";
import {
  httpReceiverParts,
  readSecretOption,
  type ReceiverDeps,
  type ReceiverKind,
  withGlobalHttp,
} from "./receiver-kind.ts";
import { truncateCharacters } from "./truncate.ts";

const fieldType = struct("rocketchat.RocketchatAttachmentField", {
  isShort: field("short", maybeBool),
  title: templateField("title"),
  value: templateField("value"),
});

const actionType = struct("rocketchat.RocketchatAttachmentAction", {
  type: templateField("type"),
  text: templateField("text"),
  url: templateField("url"),
  msg: templateField("msg"),
});

const standard = (name: string) => `{{ template "rocketchat.default.${name}" . }}`;

const parts = {
  ...httpReceiverParts(false),
  apiUrl: field("api_url", webUrl),
  tokenId: field("token_id", secret),
  tokenIdFile: field("token_id_file", path),
  token: field("token", secret),
  tokenFile: field("token_file", path),
  channel: templateField("channel"),
  color: templateField("color", '{{ if eq .Status "firing" }}red{{ else }}green{{ end }}'),
  title: templateField("title", standard("title")),
  titleLink: templateField("title_link", standard("titlelink")),
  text: templateField("text", standard("text")),
  fields: field("fields", list(fieldType)),
  shortFields: shownField("short_fields", bool),
  emoji: templateField("emoji", standard("emoji")),
  iconUrl: templateField("icon_url", standard("iconurl")),
  imageUrl: templateField("image_url"),
  thumbUrl: templateField("thumb_url"),
  linkNames: shownField("link_names", bool),
  actions: field("actions", list(actionType)),
} as const;

type RocketchatConfig = ValueOf<typeof parts>;
const type: StructType<RocketchatConfig> = struct("rocketchat.plain", parts, {
  check: ({ token, tokenFile, tokenId, tokenIdFile }) =>
    bothProblem(["token", token], ["token_file", tokenFile]) ??
    bothProblem(["token_id", tokenId], ["token_id_file", tokenIdFile]),
});

const titleLengthMax = 1_024;

export const rocketchatKind: ReceiverKind<RocketchatConfig> = {
  name: "rocketchat",
  type,
  complete: completed,
  open: (config, deps) =>
    openHttp(config, deps, async (message, client, signal) => {
      const url = `${withSlash(config.apiUrl)}api/v1/chat.postMessage`;
      const headers = await credentialsOf(config, deps);
      const request = { method: "POST", url, headers, body: bodyOf(message, config) } as const;
      const answer = await call(client, request, signal);
      const failure = failureOf(answer, retryRule) ?? refusalOf(answer);
      if (failure === undefined) return;
      const { isRetryable, reason } = failure;
      const channel = JSON.stringify(message.detail(config.channel));
      throw new SendError(`channel ${channel}: ${failure.message}`, { isRetryable, reason });
    }),
};

function completed(config: RocketchatConfig, global: GlobalConfig): RocketchatConfig | string {
  const hasId = isSet(config.tokenId) || config.tokenIdFile !== "";
  const hasToken = isSet(config.token) || config.tokenFile !== "";
  const joined = withGlobalHttp(
    {
      ...config,
      apiUrl: config.apiUrl === "" ? global.rocketchatApiUrl : config.apiUrl,
      tokenId: hasId ? config.tokenId : global.rocketchatTokenId,
      tokenIdFile: hasId ? config.tokenIdFile : global.rocketchatTokenIdFile,
      token: hasToken ? config.token : global.rocketchatToken,
      tokenFile: hasToken ? config.tokenFile : global.rocketchatTokenFile,
    },
    global,
  );
  if (!isSet(joined.tokenId) && joined.tokenIdFile === "") {
    return "no global Rocketchat TokenID set either inline or in a file";
  }
  return !isSet(joined.token) && joined.tokenFile === ""
    ? "no global Rocketchat Token set either inline or in a file"
    : joined;
}

async function credentialsOf(config: RocketchatConfig, { disk }: ReceiverDeps) {
  const token = { text: config.token, file: config.tokenFile, name: "token_file" };
  const tokenId = { text: config.tokenId, file: config.tokenIdFile, name: "token_id_file" };
  return {
    "x-auth-token": await readSecretOption(disk, token),
    "x-user-id": await readSecretOption(disk, tokenId),
  };
}

function bodyOf(message: Message, config: RocketchatConfig): unknown {
  const attachment = present({
    title: truncateCharacters(message.prose(config.title), titleLengthMax),
    title_link: message.detail(config.titleLink),
    text: message.prose(config.text),
    image_url: message.detail(config.imageUrl),
    thumb_url: message.detail(config.thumbUrl),
    color: message.detail(config.color),
    fields: config.fields.map(({ title, value, isShort }) => ({
      title: message.prose(title),
      value: message.prose(value),
      short: isShort ?? config.shortFields,
    })),
    actions: config.actions.map((action) => ({
      ...present({
        text: message.prose(action.text),
        url: message.detail(action.url),
        msg: message.detail(action.msg),
      }),
      // There are no others.
      type: "button",
      is_webview: false,
      msg_in_chat_window: false,
    })),
  });
  return present({
    channel: message.detail(config.channel),
    emoji: message.detail(config.emoji),
    avatar: message.detail(config.iconUrl),
    attachments: [attachment],
  });
}

/** A success by its status may be a refusal by its text. */
function refusalOf({ text }: HttpAnswer): SendError | undefined {
  const told = decodeAnswer(text);
  if (told?.["success"] === true) return undefined;
  const message =
    told === undefined
      ? "could not unmarshal JSON response"
      : `error response from Rocketchat: ${textMember(told, "error")}`;
  return new SendError(message, { isRetryable: told === undefined, reason: "clientError" });
}
