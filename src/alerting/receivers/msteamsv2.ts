/** Microsoft Teams by a flow of Power Platform, which takes adaptive cards. */
import { struct, type StructType, type ValueOf } from "#promconfig";
import { templateField } from "../config/receiver-options.ts";
import type { GlobalConfig } from "../config/global-config.ts";
import { callSuccessfully, retryRule } from "./http-call.ts";
import { openHttp } from "./http-receiver.ts";
import { httpReceiverParts, type ReceiverKind } from "./receiver-kind.ts";
import {
  readWebhookAddress,
  webhookAddressParts,
  webhookAddressProblem,
} from "./webhook-address.ts";

const parts = {
  ...httpReceiverParts(true),
  ...webhookAddressParts,
  title: templateField("title", '{{ template "msteamsv2.default.title" . }}'),
  text: templateField("text", '{{ template "msteamsv2.default.text" . }}'),
} as const;

type MsteamsConfig = ValueOf<typeof parts>;
const type: StructType<MsteamsConfig> = struct("msteamsv2.plain", parts, {
  check: webhookAddressProblem,
});

export const msteamsV2Kind: ReceiverKind<MsteamsConfig> = {
  name: "msteamsv2",
  type,
  complete: withGlobalProxy,
  open: (config, deps) =>
    openHttp(config, deps, async (message, client, signal) => {
      const card = {
        $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
        type: "AdaptiveCard",
        version: "1.2",
        body: [
          {
            type: "TextBlock",
            text: message.prose(config.title),
            weight: "Bolder",
            size: "Medium",
            wrap: true,
            style: "heading",
            color: message.status === "firing" ? "Attention" : "Good",
          },
          { type: "TextBlock", text: message.prose(config.text), wrap: true },
        ],
        msteams: { width: "full" },
      };
      const contentType = "application/vnd.microsoft.card.adaptive";
      const body = {
        type: "message",
        attachments: [{ contentType, contentUrl: null, content: card }],
      };
      const url = await readWebhookAddress(deps, config);
      await callSuccessfully(client, { method: "POST", url, body }, retryRule, signal);
    }),
};

/** Client options of its own take over the proxy of `global` all the same. */
function withGlobalProxy(config: MsteamsConfig, { http }: GlobalConfig): MsteamsConfig {
  if (config.http === undefined) return { ...config, http };
  if (config.http.proxyUrl !== "") return config;
  return { ...config, http: { ...config.http, proxyUrl: http.proxyUrl } };
}
