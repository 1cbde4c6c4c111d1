/** VictorOps (Splunk On-Call): its REST endpoint, with the key and the route in its path. */
import {
  field,
  mapOf,
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
  templateField,
  webUrl,
  withSlash,
} from "../config/receiver-options.ts";
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

const standard = (name: string) => `{{ template "victorops.default.${name}" . }}`;

const parts = {
  ...httpReceiverParts(true),
  apiKey: field("api_key", secret),
  apiKeyFile: field("api_key_file", path),
  apiUrl: field("api_url", webUrl),
  routingKey: shownField("routing_key", text),
  messageType: shownField("message_type", text, "CRITICAL"),
  stateMessage: templateField("state_message", standard("state_message")),
  entityDisplayName: templateField("entity_display_name", standard("entity_display_name")),
  monitoringTool: templateField("monitoring_tool", standard("monitoring_tool")),
  customFields: field("custom_fields", mapOf(text)),
} as const;

type VictoropsConfig = ValueOf<typeof parts>;
const type: StructType<VictoropsConfig> = struct("config.plain", parts, {
  check: ({ routingKey, apiKey, apiKeyFile, customFields }) => {
    if (routingKey === "") return "missing Routing key in VictorOps config";
    const taken = reservedFields.find((name) => customFields.has(name));
    return taken === undefined
      ? bothProblem(["api_key", apiKey], ["api_key_file", apiKeyFile])
      : `victorOps config contains custom field ${taken} which cannot be used as it conflicts with the fixed/static fields`;
  },
});

const reservedFields = [
  "routing_key",
  "message_type",
  "state_message",
  "entity_display_name",
  "monitoring_tool",
  "entity_id",
  "entity_state",
];

const messageLengthMax = 20_480;

export const victoropsKind: ReceiverKind<VictoropsConfig> = {
  name: "victorops",
  type,
  complete: completed,
  open: (config, deps) =>
    openHttp(config, deps, async (message, client, signal) => {
      const option = { text: config.apiKey, file: config.apiKeyFile, name: "api_key_file" };
      const key = await readSecretOption(deps.disk, option);
      const route = message.address(config.routingKey, "routing_key");
      const url = `${config.apiUrl}${encodeURIComponent(key)}/${encodeURI(route)}`;
      const body = bodyOf(message, config);
      await callSuccessfully(client, { method: "POST", url, body }, retryRule, signal);
    }),
};

function completed(config: VictoropsConfig, global: GlobalConfig): VictoropsConfig | string {
  const hasKey = isSet(config.apiKey) || config.apiKeyFile !== "";
  const apiKey = hasKey ? config.apiKey : global.victoropsApiKey;
  const apiKeyFile = hasKey ? config.apiKeyFile : global.victoropsApiKeyFile;
  if (!isSet(apiKey) && apiKeyFile === "") return "no global VictorOps API Key set";
  const apiUrl = withSlash(config.apiUrl === "" ? global.victoropsApiUrl : config.apiUrl);
  return withGlobalHttp({ ...config, apiKey, apiKeyFile, apiUrl }, global);
}

function bodyOf(message: Message, config: VictoropsConfig): unknown {
  const own = [...config.customFields].map(([name, value]) => [name, message.detail(value)]);
  return {
    message_type: messageType(message, config),
    entity_id: message.identity,
    entity_display_name: message.prose(config.entityDisplayName),
    state_message: truncateCharacters(message.prose(config.stateMessage), messageLengthMax),
    monitoring_tool: message.detail(config.monitoringTool),
    ...Object.fromEntries(own),
  };
}

function messageType(message: Message, config: VictoropsConfig): string {
  if (message.status === "resolved") return "RECOVERY";
  const asked = message.detail(config.messageType);
  return ["INFO", "WARNING", "CRITICAL"].includes(asked) ? asked : "CRITICAL";
}
