/** Webex: a bot that writes to a room, authorized by the client's options. */
import { field, struct, type StructType, type ValueOf } from "#promconfig";
import { templateField, webUrl } from "../config/receiver-options.ts";
import { callSuccessfully, retryRule } from "./http-call.ts";
import { openHttp } from "./http-receiver.ts";
import { httpReceiverParts, type ReceiverKind, withGlobalHttp } from "./receiver-kind.ts";
import { truncateBytes } from "./truncate.ts";

const parts = {
  ...httpReceiverParts(true),
  apiUrl: field("api_url", webUrl),
  message: templateField("message", '{{ template "webex.default.message" . }}'),
  roomId: templateField("room_id"),
} as const;

type WebexConfig = ValueOf<typeof parts>;
const type: StructType<WebexConfig> = struct("config.plain", parts, {
  check: ({ roomId, http }) => {
    if (roomId === "") return "missing room_id on webex_config";
    return http?.authorization === undefined
      ? "missing webex_configs.http_config.authorization"
      : undefined;
  },
});

const messageBytesMax = 7_439;

export const webexKind: ReceiverKind<WebexConfig> = {
  name: "webex",
  type,
  complete: (config, global) =>
    withGlobalHttp(
      { ...config, apiUrl: config.apiUrl === "" ? global.webexApiUrl : config.apiUrl },
      global,
    ),
  open: (config, deps) =>
    openHttp(config, deps, async (message, client, signal) => {
      const body = {
        markdown: truncateBytes(message.prose(config.message), messageBytesMax),
        roomId: message.address(config.roomId, "room_id"),
      };
      const request = { method: "POST", url: config.apiUrl, body } as const;
      await callSuccessfully(client, request, retryRule, signal);
    }),
};
