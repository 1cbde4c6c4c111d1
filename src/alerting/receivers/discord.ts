/** Discord: a webhook of a channel that takes embeds. */
import { struct, type StructType, type ValueOf } from "#promconfig";
import { templateField } from "../config/receiver-options.ts";
import { callSuccessfully, retryRule } from "./http-call.ts";
import { openHttp } from "./http-receiver.ts";
import { httpReceiverParts, type ReceiverKind, withGlobalHttp } from "./receiver-kind.ts";
import { truncateCharacters } from "./truncate.ts";
import {
  readWebhookAddress,
  webhookAddressParts,
  webhookAddressProblem,
} from "./webhook-address.ts";

const parts = {
  ...httpReceiverParts(true),
  ...webhookAddressParts,
  content: templateField("content"),
  title: templateField("title", '{{ template "discord.default.title" . }}'),
  message: templateField("message", '{{ template "discord.default.message" . }}'),
  username: templateField("username"),
  avatarUrl: templateField("avatar_url"),
} as const;

type DiscordConfig = ValueOf<typeof parts>;
const type: StructType<DiscordConfig> = struct("discord.plain", parts, {
  check: webhookAddressProblem,
});

const contentLengthMax = 2_000;
const titleLengthMax = 256;
const descriptionLengthMax = 4_096;
const colors = { firing: 0x992d22, resolved: 0x2ecc71 } as const;

export const discordKind: ReceiverKind<DiscordConfig> = {
  name: "discord",
  type,
  complete: withGlobalHttp,
  open: (config, deps) =>
    openHttp(config, deps, async (message, client, signal) => {
      const title = truncateCharacters(message.prose(config.title), titleLengthMax);
      const text = truncateCharacters(message.prose(config.message), descriptionLengthMax);
      const body = {
        content: truncateCharacters(message.detail(config.content), contentLengthMax),
        embeds: [{ title, description: text, color: colors[message.status] }],
        ...(config.username === "" ? {} : { username: config.username }),
        ...(config.avatarUrl === "" ? {} : { avatar_url: config.avatarUrl }),
      };
      const url = await readWebhookAddress(deps, config);
      await callSuccessfully(client, { method: "POST", url, body }, retryRule, signal);
    }),
};
