/** Microsoft Teams by a connector of Office 365, which takes message cards. */
import { struct, type StructType, type ValueOf } from "#promconfig";
import { templateField } from "../config/receiver-options.ts";
import { callSuccessfully, retryRule } from "./http-call.ts";
import { openHttp } from "./http-receiver.ts";
import { httpReceiverParts, type ReceiverKind, withGlobalHttp } from "./receiver-kind.ts";
import {
  readWebhookAddress,
  webhookAddressParts,
  webhookAddressProblem,
} from "./webhook-address.ts";

const parts = {
  ...httpReceiverParts(true),
  ...webhookAddressParts,
  title: templateField("title", '{{ template "msteams.default.title" . }}'),
  summary: templateField("summary", '{{ template "msteams.default.summary" . }}'),
  text: templateField("text", '{{ template "msteams.default.text" . }}'),
} as const;

type MsteamsConfig = ValueOf<typeof parts>;
const type: StructType<MsteamsConfig> = struct("msteams.plain", parts, {
  check: webhookAddressProblem,
});

const colors = { firing: "8C1A1A", resolved: "2DC72D" } as const;

export const msteamsKind: ReceiverKind<MsteamsConfig> = {
  name: "msteams",
  type,
  complete: withGlobalHttp,
  open: (config, deps) =>
    openHttp(config, deps, async (message, client, signal) => {
      const body = {
        "@context": "http://schema.org/extensions",
        type: "MessageCard",
        title: message.prose(config.title),
        summary: message.prose(config.summary),
        text: message.prose(config.text),
        themeColor: colors[message.status],
      };
      const url = await readWebhookAddress(deps, config);
      await callSuccessfully(client, { method: "POST", url, body }, retryRule, signal);
    }),
};
