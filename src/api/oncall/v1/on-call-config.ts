import { objectMeta } from "../../meta/v1/object-meta.ts";
import {
  boolean,
  field,
  limited,
  standardVerbs,
  statusSubresource,
  string,
  type TypeOf,
} from "../../schema/schema.ts";
import { httpUrl } from "../../monitoring/v1/text.ts";
import { kind, type } from "./package.ts";
import { pageBudget } from "./page-budget.ts";
import { secretSource } from "./secret-source.ts";
import { acceptanceStatus } from "./status.ts";
import { duration, nonEmpty } from "./text.ts";

export const smtpServer = type("SMTPServer", "The server that takes e-mail.", {
  from: field(nonEmpty, "The sender.").required(),
  smarthost: field(limited(string, { pattern: "^.+:[0-9]+$" }), "Host and port.").required(),
  username: field(string, "Who signs in."),
  password: field(secretSource, "With what."),
  requireTLS: field(boolean, "Whether nothing is sent in the clear; true."),
});
export interface SmtpServer extends TypeOf<typeof smtpServer> {}

export const chatService = type("ChatService", "A service of messages, and who writes there.", {
  apiURL: field(httpUrl, "Where its API is, when that is not the usual place."),
  botToken: field(secretSource, "What the writer signs in with.").required(),
});
export interface ChatService extends TypeOf<typeof chatService> {}

export const telephoneService = type("TelephoneService", "Twilio, or whoever speaks its API.", {
  apiURL: field(httpUrl, "Where its API is, when that is not Twilio's."),
  accountSID: field(nonEmpty, "The account.").required(),
  authToken: field(secretSource, "What it signs in with.").required(),
  from: field(nonEmpty, "The number that calls and writes.").required(),
});
export interface TelephoneService extends TypeOf<typeof telephoneService> {}

export const webPushSender = type("WebPushSender", "Who sends to browsers.", {
  subject: field(nonEmpty, "How browsers' makers reach them: mailto:….").required(),
});
export interface WebPushSender extends TypeOf<typeof webPushSender> {}

export const outsideHeartbeat = type("OutsideHeartbeat", "Who watches paging itself.", {
  url: field(secretSource, "URL that is called while all is well.").required(),
  interval: field(duration, "How often; 1m."),
});
export interface OutsideHeartbeat extends TypeOf<typeof outsideHeartbeat> {}

export const onCallConfigSpec = type("OnCallConfigSpec", "How pages get out.", {
  ownService: field(nonEmpty, "Whose owners hear of what is wrong with paging itself."),
  pageBudget: field(pageBudget, "How many incidents may page one person; 2 in 12h."),
  apiToken: field(secretSource, "What users of the API prove themselves with."),
  outsideHeartbeat: field(outsideHeartbeat, "Who watches paging itself."),
  smtp: field(smtpServer, "For contacts of the kind email."),
  slack: field(chatService, "For contacts of the kind slack."),
  telegram: field(chatService, "For contacts of the kind telegram."),
  twilio: field(telephoneService, "For contacts of the kinds sms and voice."),
  webPush: field(webPushSender, "For contacts of the kind webPush."),
  ntfyToken: field(secretSource, "For contacts of the kind ntfy, if their topics want one."),
});
export interface OnCallConfigSpec extends TypeOf<typeof onCallConfigSpec> {}

export const onCallConfig = kind(
  "OnCallConfig",
  "How pages get out of the cluster; there is one, and the oldest is it.",
  {
    metadata: field(objectMeta, "Standard object metadata: name, namespace, labels and more."),
    spec: field(onCallConfigSpec, "How pages get out.").required(),
    status: field(acceptanceStatus, "What has become of it."),
  },
  {
    name: "oncallconfigs",
    singular: "oncallconfig",
    namespaced: true,
    verbs: standardVerbs,
    categories: ["oncall"],
    subresources: { status: statusSubresource("OnCallConfig") },
  },
);
export interface OnCallConfig extends TypeOf<typeof onCallConfig> {}
