/** Opsgenie: an alert that is created, changed and closed by an alias of the group. */
import {
  bool,
  field,
  list,
  mapOf,
  path,
  secret,
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
import { callSuccessfully, type HttpCall, limitedRetryRule } from "./http-call.ts";
import { openHttp, present } from "./http-receiver.ts";
import type { Message } from "./message.ts";
import {
  httpReceiverParts,
  readSecretOption,
  type ReceiverKind,
  withGlobalHttp,
} from "./receiver-kind.ts";
import { truncateCharacters } from "./truncate.ts";

const responderTypes = "^(team|teams|user|escalation|schedule)$";

const responderType = struct(
  "opsgenie.OpsGenieConfigResponder",
  {
    id: templateField("id"),
    name: templateField("name"),
    username: templateField("username"),
    type: templateField("type"),
  },
  {
    check: ({ id, name, username, type: kind }) => {
      const shown = `{${id} ${name} ${username} ${kind}}`;
      if (id === "" && username === "" && name === "") {
        return `opsGenieConfig responder ${shown} has to have at least one of id, username or name specified`;
      }
      const isKnown = kind.includes("{{") || new RegExp(responderTypes).test(kind.toLowerCase());
      return isKnown
        ? undefined
        : `opsGenieConfig responder ${shown} type does not match valid options ${responderTypes}`;
    },
  },
);

const parts = {
  ...httpReceiverParts(true),
  apiKey: field("api_key", secret),
  apiKeyFile: field("api_key_file", path),
  apiUrl: field("api_url", webUrl),
  message: templateField("message", '{{ template "opsgenie.default.message" . }}'),
  description: templateField("description", '{{ template "opsgenie.default.description" . }}'),
  source: templateField("source", '{{ template "opsgenie.default.source" . }}'),
  details: field("details", mapOf(text)),
  entity: templateField("entity"),
  responders: field("responders", list(responderType)),
  actions: templateField("actions"),
  tags: templateField("tags"),
  note: templateField("note"),
  priority: templateField("priority"),
  updatesAlerts: field("update_alerts", bool),
} as const;

type OpsgenieConfig = ValueOf<typeof parts>;
const type: StructType<OpsgenieConfig> = struct("opsgenie.plain", parts, {
  check: ({ apiKey, apiKeyFile }) => bothProblem(["api_key", apiKey], ["api_key_file", apiKeyFile]),
});

const messageLengthMax = 130;

export const opsgenieKind: ReceiverKind<OpsgenieConfig> = {
  name: "opsgenie",
  type,
  complete: completed,
  open: (config, deps) =>
    openHttp(config, deps, async (message, client, signal) => {
      const option = { text: config.apiKey, file: config.apiKeyFile, name: "key_file" };
      const key = message.address(await readSecretOption(deps.disk, option), "api_key");
      const headers = { authorization: `GenieKey ${key.trim()}` };
      for (const request of requestsOf(message, config)) {
        await callSuccessfully(client, { ...request, headers }, limitedRetryRule, signal);
      }
    }),
};

function completed(config: OpsgenieConfig, global: GlobalConfig): OpsgenieConfig | string {
  const hasKey = isSet(config.apiKey) || config.apiKeyFile !== "";
  const apiKey = hasKey ? config.apiKey : global.opsgenieApiKey;
  const apiKeyFile = hasKey ? config.apiKeyFile : global.opsgenieApiKeyFile;
  if (!isSet(apiKey) && apiKeyFile === "") {
    return "no global OpsGenie API Key set either inline or in a file";
  }
  const apiUrl = withSlash(config.apiUrl === "" ? global.opsgenieApiUrl : config.apiUrl);
  return withGlobalHttp({ ...config, apiKey, apiKeyFile, apiUrl }, global);
}

function requestsOf(message: Message, config: OpsgenieConfig): readonly HttpCall[] {
  const ofAlert = (what: string) =>
    `${config.apiUrl}v2/alerts/${message.identity}/${what}?identifierType=alias`;
  if (message.status === "resolved") {
    const body = { source: message.detail(config.source) };
    return [{ method: "POST", url: ofAlert("close"), body }];
  }
  const title = truncateCharacters(message.prose(config.message), messageLengthMax);
  const description = message.prose(config.description);
  const created = { alias: message.identity, message: title, ...alertOf(message, config) };
  const create: HttpCall = {
    method: "POST",
    url: `${config.apiUrl}v2/alerts`,
    body: { ...created, ...present({ description }) },
  };
  if (!config.updatesAlerts) return [create];
  return [
    create,
    { method: "PUT", url: ofAlert("message"), body: present({ message: title }) },
    { method: "PUT", url: ofAlert("description"), body: present({ description }) },
  ];
}

function alertOf(message: Message, config: OpsgenieConfig) {
  const own = [...config.details].map(([name, value]) => [name, message.detail(value)] as const);
  return {
    details: { ...commonLabelsOf(message), ...Object.fromEntries(own) },
    source: message.detail(config.source),
    ...present({
      responders: respondersOf(message, config),
      tags: wordsOf(message.detail(config.tags)),
      note: message.prose(config.note),
      priority: message.detail(config.priority),
      entity: message.detail(config.entity),
      actions: wordsOf(message.detail(config.actions)),
    }),
  };
}

function commonLabelsOf(message: Message): object {
  const common = message.body(0)["commonLabels"];
  return typeof common === "object" && common !== null ? common : {};
}

/** Those whose templates give nothing are left out; `teams` are several in one. */
function respondersOf(message: Message, { responders }: OpsgenieConfig): readonly unknown[] {
  return responders.flatMap((responder): readonly unknown[] => {
    const kind = message.detail(responder.type).toLowerCase();
    const name = message.detail(responder.name);
    const id = message.detail(responder.id);
    const username = message.detail(responder.username);
    if (kind === "teams") return wordsOf(name).map((team) => ({ name: team, type: "team" }));
    if ([kind, name, id, username].every((part) => part === "")) return [];
    return [{ ...present({ id, name, username }), type: kind }];
  });
}

function wordsOf(written: string): readonly string[] {
  return written
    .trim()
    .split(",")
    .filter((word) => word !== "");
}
