/** WeChat Work: messages of an application, with a token that is asked for and kept for two hours. */
import { escapeUrlQuery } from "#gotemplate";
import type { HttpClient } from "#outbound";
import { field, path, secret, struct, type StructType, text, type ValueOf } from "#promconfig";
import type { GlobalConfig } from "../config/global-config.ts";
import {
  bothProblem,
  isSet,
  templateField,
  webUrl,
  withSlash,
} from "../config/receiver-options.ts";
import { SendError } from "../notify/integration.ts";
import { decodeAnswer, textMember } from "./decode-answer.ts";
import { call, reasonOfStatus } from "./http-call.ts";
import { openHttp, present } from "./http-receiver.ts";
import type { Message } from "./message.ts";
import {
  httpReceiverParts,
  readSecretOption,
  type ReceiverDeps,
  type ReceiverKind,
  withGlobalHttp,
} from "./receiver-kind.ts";

const standard = (name: string) => `{{ template "wechat.default.${name}" . }}`;
const messageTypes = "^(text|markdown)$";

const parts = {
  ...httpReceiverParts(false),
  apiSecret: field("api_secret", secret),
  apiSecretFile: field("api_secret_file", path),
  corpId: templateField("corp_id"),
  message: templateField("message", standard("message")),
  apiUrl: field("api_url", webUrl),
  toUser: templateField("to_user", standard("to_user")),
  toParty: templateField("to_party", standard("to_party")),
  toTag: templateField("to_tag", standard("to_tag")),
  agentId: templateField("agent_id", standard("agent_id")),
  messageType: field("message_type", text, "text"),
} as const;

type WechatConfig = ValueOf<typeof parts>;
const type: StructType<WechatConfig> = struct("config.plain", parts, {
  check: ({ messageType, apiSecret, apiSecretFile }) =>
    messageType === "" || new RegExp(messageTypes).test(messageType)
      ? bothProblem(["api_secret", apiSecret], ["api_secret_file", apiSecretFile])
      : `weChat message type ${JSON.stringify(messageType)} does not match valid options ${messageTypes}`,
  fill: (config) => (config.messageType === "" ? { ...config, messageType: "text" } : config),
});

const tokenLifeMs = 2 * 3_600_000;
/** What they answer when the token has expired. */
const expiredCode = 42_001;

export const wechatKind: ReceiverKind<WechatConfig> = {
  name: "wechat",
  type,
  complete: completed,
  open: (config, deps) => {
    const tokens = new AccessTokens(config, deps);
    return openHttp(config, deps, async (message, client, signal) => {
      const token = await tokens.read(message, client, signal);
      const url = `${config.apiUrl}message/send?access_token=${escapeUrlQuery(token)}`;
      const request = { method: "POST", url, body: bodyOf(message, config) } as const;
      const answer = await call(client, request, signal);
      if (answer.status !== 200) {
        throw new SendError(`unexpected status code ${answer.status}`, {
          isRetryable: true,
          reason: reasonOfStatus(answer.status),
        });
      }
      const told = decodeAnswer(answer.text);
      if (told?.["errcode"] === 0) return;
      const isExpired = told?.["errcode"] === expiredCode;
      if (isExpired) tokens.forget();
      const isRetryable = isExpired || told === undefined;
      throw new SendError(textMember(told, "errmsg"), { isRetryable });
    });
  },
};

function completed(config: WechatConfig, global: GlobalConfig): WechatConfig | string {
  const hasSecret = isSet(config.apiSecret) || config.apiSecretFile !== "";
  const apiSecret = hasSecret ? config.apiSecret : global.wechatApiSecret;
  const apiSecretFile = hasSecret ? config.apiSecretFile : global.wechatApiSecretFile;
  if (!isSet(apiSecret) && apiSecretFile === "") {
    return "no global Wechat Api Secret set either inline or in a file";
  }
  const corpId = config.corpId === "" ? global.wechatApiCorpId : config.corpId;
  if (corpId === "") return "no global Wechat CorpID set";
  const apiUrl = withSlash(config.apiUrl === "" ? global.wechatApiUrl : config.apiUrl);
  return withGlobalHttp({ ...config, apiSecret, apiSecretFile, corpId, apiUrl }, global);
}

class AccessTokens {
  readonly #config: WechatConfig;
  readonly #deps: ReceiverDeps;
  #current: { readonly token: string; readonly sinceMs: number } | undefined = undefined;

  constructor(config: WechatConfig, deps: ReceiverDeps) {
    this.#config = config;
    this.#deps = deps;
  }

  async read(message: Message, client: HttpClient, signal: AbortSignal): Promise<string> {
    const nowMs = this.#deps.clock.nowMs();
    const current = this.#current;
    if (current !== undefined && nowMs - current.sinceMs <= tokenLifeMs) return current.token;
    const { apiSecret, apiSecretFile, corpId, apiUrl } = this.#config;
    const option = { text: apiSecret, file: apiSecretFile, name: "api_secret_file" };
    const key = message.address(await readSecretOption(this.#deps.disk, option), "api_secret");
    const corp = message.address(corpId, "corp_id");
    const query = `corpid=${escapeUrlQuery(corp)}&corpsecret=${escapeUrlQuery(key)}`;
    const answer = await call(client, { method: "GET", url: `${apiUrl}gettoken?${query}` }, signal);
    const token = textMember(decodeAnswer(answer.text), "access_token");
    if (token === "") {
      const problem = `invalid APISecret for CorpID: ${corpId}`;
      throw new SendError(problem, { isRetryable: false, reason: "authError" });
    }
    this.#current = { token, sinceMs: nowMs };
    return token;
  }

  forget(): void {
    this.#current = undefined;
  }
}

function bodyOf(message: Message, config: WechatConfig): unknown {
  const content = message.prose(config.message);
  const isMarkdown = config.messageType === "markdown";
  return {
    text: { content: isMarkdown ? "" : content },
    markdown: { content: isMarkdown ? content : "" },
    msgtype: config.messageType,
    safe: "0",
    ...present({
      touser: message.detail(config.toUser),
      toparty: message.detail(config.toParty),
      totag: message.detail(config.toTag),
      agentid: message.detail(config.agentId),
    }),
  };
}
