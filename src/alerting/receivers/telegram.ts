/** Telegram: a bot that writes to a chat. */
import {
  bool,
  field,
  integer,
  path,
  secret,
  shownField,
  struct,
  type StructType,
  type ValueOf,
} from "#promconfig";
import type { GlobalConfig } from "../config/global-config.ts";
import { bothProblem, isSet, templateField, webUrl } from "../config/receiver-options.ts";
import { SendError } from "../notify/integration.ts";
import { decodeAnswer, textMember } from "./decode-answer.ts";
import { call, reasonOfStatus } from "./http-call.ts";
import { openHttp } from "./http-receiver.ts";
import type { Message } from "./message.ts";
import {
  httpReceiverParts,
  readSecretOption,
  type ReceiverDeps,
  type ReceiverKind,
  withGlobalHttp,
} from "./receiver-kind.ts";
import { truncateCharacters } from "./truncate.ts";

const parts = {
  ...httpReceiverParts(true),
  apiUrl: shownField("api_url", webUrl),
  botToken: field("bot_token", secret),
  botTokenFile: field("bot_token_file", path),
  chatId: field("chat_id", integer),
  chatIdFile: field("chat_id_file", path),
  threadId: field("message_thread_id", integer),
  message: templateField("message", '{{ template "telegram.default.message" . }}'),
  isQuiet: field("disable_notifications", bool),
  parseMode: templateField("parse_mode", "HTML"),
} as const;

type TelegramConfig = ValueOf<typeof parts>;
const type: StructType<TelegramConfig> = struct("telegram.plain", parts, {
  check: ({ botToken, botTokenFile, chatId, chatIdFile, parseMode }) => {
    const token = bothProblem(["bot_token", botToken], ["bot_token_file", botTokenFile]);
    if (token !== undefined) return token;
    if (chatId === 0 && chatIdFile === "") {
      return "missing chat_id or chat_id_file on telegram_config";
    }
    if (chatId !== 0 && chatIdFile !== "") {
      return "at most one of chat_id & chat_id_file must be configured";
    }
    return ["", "Markdown", "MarkdownV2", "HTML"].includes(parseMode)
      ? undefined
      : "unknown parse_mode on telegram_config, must be Markdown, MarkdownV2, HTML or empty string";
  },
});

const messageLengthMax = 4_096;
const tooLong =
  "Alertmanager notification could not be sent: message length exceeds Telegram limits. " +
  "Please check the template used for producing the message content.";

export const telegramKind: ReceiverKind<TelegramConfig> = {
  name: "telegram",
  type,
  complete: completed,
  open: (config, deps) =>
    openHttp(config, deps, async (message, client, signal) => {
      const option = { text: config.botToken, file: config.botTokenFile, name: "bot_token_file" };
      const token = await readSecretOption(deps.disk, option);
      const url = `${config.apiUrl.replace(/\/$/, "")}/bot${token}/sendMessage`;
      const body = {
        chat_id: await chatOf(config, deps),
        text: textOf(message, config),
        disable_web_page_preview: "true",
        ...(config.parseMode === "" ? {} : { parse_mode: config.parseMode }),
        ...(config.isQuiet ? { disable_notification: "true" } : {}),
        ...(config.threadId === 0 ? {} : { message_thread_id: String(config.threadId) }),
      };
      const answer = await call(client, { method: "POST", url, body }, signal);
      const told = decodeAnswer(answer.text);
      if (told?.["ok"] === true) return;
      const description = textMember(told, "description");
      throw new SendError(`telegram: ${description} (${answer.status})`, {
        isRetryable: true,
        reason: reasonOfStatus(answer.status),
      });
    }),
};

function completed(config: TelegramConfig, global: GlobalConfig): TelegramConfig | string {
  const hasToken = isSet(config.botToken) || config.botTokenFile !== "";
  const botToken = hasToken ? config.botToken : global.telegramBotToken;
  const botTokenFile = hasToken ? config.botTokenFile : global.telegramBotTokenFile;
  if (!isSet(botToken) && botTokenFile === "") {
    return "missing bot_token or bot_token_file on telegram_config";
  }
  const apiUrl = config.apiUrl === "" ? global.telegramApiUrl : config.apiUrl;
  return withGlobalHttp({ ...config, botToken, botTokenFile, apiUrl }, global);
}

async function chatOf(config: TelegramConfig, { disk }: ReceiverDeps): Promise<string> {
  if (config.chatIdFile === "") return String(config.chatId);
  const option = { text: "", file: config.chatIdFile, name: "chat_id_file" };
  const written = await readSecretOption(disk, option);
  if (/^-?[0-9]+$/.test(written)) return written;
  throw new SendError(`could not parse chat_id from ${config.chatIdFile}`, { isRetryable: true });
}

/** HTML that is cut off is no HTML; it is said that it was too long instead. */
function textOf(message: Message, config: TelegramConfig): string {
  if (config.parseMode !== "HTML") {
    return truncateCharacters(message.prose(config.message), messageLengthMax);
  }
  const html = message.html(config.message);
  return Array.from(html).length > messageLengthMax ? tooLong : html;
}
