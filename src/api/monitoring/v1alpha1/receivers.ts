/** Whom an AlertmanagerConfig tells: the integrations of Alertmanager, credentials from Secrets. */

import { secretKeySelector } from "../../core/v1/container.ts";
import {
  atomicListOf,
  boolean,
  field,
  int32,
  int64,
  limited,
  listOf,
  mapOf,
  oneOf,
  string,
  type TypeOf,
} from "../../schema/schema.ts";
import { httpClientFields, proxyFields, safeTlsConfig } from "../v1/http-client.ts";
import { duration, httpUrl, nonEmpty } from "../v1/text.ts";
import { type } from "./package.ts";

export const httpConfig = type("HTTPConfig", "How the service is reached.", {
  ...httpClientFields,
  tlsConfig: field(safeTlsConfig, "TLS towards the service."),
  proxyURL: field(string, "URL of the proxy to go through; `proxyUrl` is preferred."),
  ...proxyFields,
});
export interface HttpConfig extends TypeOf<typeof httpConfig> {}

export const keyValue = type("KeyValue", "A named text.", {
  key: field(nonEmpty, "The name.").required(),
  value: field(string, "The text; a template.").required(),
});

const sendResolved = field(boolean, "Whether it is told when alerts have ended.");
const client = field(httpConfig, "How the service is reached.");
const timeout = field(duration, "Longest time that telling may take.");
const common = { sendResolved, httpConfig: client };

const text = (doc: string) => field(nonEmpty, doc);
const credential = (doc: string) => field(secretKeySelector, doc);

export const pagerDutyConfig = type("PagerDutyConfig", "Tells PagerDuty.", {
  ...common,
  routingKey: credential("Key of an integration of the Events API v2."),
  serviceKey: credential("Key of an integration of the older API."),
  url: field(httpUrl, "URL of the API."),
  client: text("Who tells."),
  clientURL: field(string, "Where more is to be seen."),
  description: text("The incident's title."),
  severity: text("How severe it is."),
  class: text("Class of the event."),
  group: text("What it is about: a group of sources."),
  component: text("What it is about: a part of the source."),
  details: field(atomicListOf(keyValue), "More facts."),
  pagerDutyImageConfigs: field(
    atomicListOf(
      type("PagerDutyImageConfig", "An image.", {
        src: text("URL of the image."),
        href: field(string, "Where the image leads."),
        alt: text("What it shows."),
      }),
    ),
    "Images.",
  ),
  pagerDutyLinkConfigs: field(
    atomicListOf(
      type("PagerDutyLinkConfig", "A link.", {
        href: field(string, "Where it leads."),
        alt: text("What it is called."),
      }),
    ),
    "Links.",
  ),
  source: text("What it is about."),
  timeout,
});

export const discordConfig = type("DiscordConfig", "Tells Discord.", {
  ...common,
  apiURL: credential("URL of the webhook.").required(),
  title: field(string, "Title of the message."),
  message: field(string, "The message."),
  content: text("Text before the message."),
  username: text("In whose name it is told."),
  avatarURL: field(httpUrl, "Picture of who tells."),
});

const slackConfirmation = type("SlackConfirmationField", "What is asked before an action.", {
  text: text("The question.").required(),
  title: text("Its title."),
  okText: text("Text of yes."),
  dismissText: text("Text of no."),
});

export const slackConfig = type("SlackConfig", "Tells Slack.", {
  ...common,
  apiURL: credential("URL of the webhook."),
  channel: text("Channel or user."),
  username: text("In whose name it is told."),
  color: text("Colour of the bar."),
  title: text("Title of the message."),
  titleLink: field(string, "Where the title leads."),
  pretext: text("Text before the message."),
  text: text("The message."),
  fields: field(
    limited(
      atomicListOf(
        type("SlackField", "A fact of the message.", {
          title: text("Its name.").required(),
          value: text("Its text.").required(),
          short: field(boolean, "Whether it fits beside others."),
        }),
      ),
      { minItems: 1 },
    ),
    "Facts of the message.",
  ),
  shortFields: field(boolean, "Whether fields fit beside others."),
  footer: text("Text below the message."),
  fallback: text("The message for clients that show no more."),
  callbackId: text("Name of what actions call."),
  iconEmoji: text("Picture of who tells."),
  iconURL: field(string, "URL of that picture."),
  imageURL: field(string, "URL of an image below."),
  thumbURL: field(string, "URL of a small image beside."),
  linkNames: field(boolean, "Whether names are linked."),
  mrkdwnIn: field(limited(atomicListOf(nonEmpty), { minItems: 1 }), "Fields with markup."),
  actions: field(
    limited(
      atomicListOf(
        type("SlackAction", "A button.", {
          type: text("Type of the action.").required(),
          text: text("Text of the button.").required(),
          url: field(string, "Where it leads."),
          style: text("How it looks."),
          name: text("Name of the action."),
          value: text("What is sent with it."),
          confirm: field(slackConfirmation, "What is asked before."),
        }),
      ),
      { minItems: 1 },
    ),
    "Buttons.",
  ),
  timeout,
  messageText: text("Text of the message itself."),
  updateMessage: field(boolean, "Whether the message is changed when the alerts change."),
});

export const webhookConfig = type("WebhookConfig", "Tells a URL.", {
  ...common,
  url: field(string, "The URL."),
  urlSecret: credential("The URL, from a Secret; comes before `url`."),
  maxAlerts: field(limited(int32, { minimum: 0 }), "Most alerts of one message; 0 is no limit."),
  timeout,
  payload: text("The message, when it is not to be Alertmanager's own."),
});

export const opsGenieConfig = type("OpsGenieConfig", "Tells Opsgenie.", {
  ...common,
  apiKey: credential("Key of the API."),
  apiURL: field(httpUrl, "URL of the API."),
  message: text("Title of the alert."),
  description: text("What it is about."),
  source: text("Where it comes from."),
  tags: text("Tags, separated by commas."),
  note: text("A note."),
  priority: text("P1 to P5."),
  updateAlerts: field(boolean, "Whether title and description are kept up to date."),
  details: field(atomicListOf(keyValue), "More facts."),
  responders: field(
    atomicListOf(
      type("OpsGenieConfigResponder", "Who is to act.", {
        id: text("Id of the responder."),
        name: text("Name of the responder."),
        username: text("Name of a user."),
        type: field(
          oneOf("team", "teams", "user", "escalation", "schedule"),
          "Kind of responder.",
        ).required(),
      }),
    ),
    "Who is to act.",
  ),
  entity: text("What the alert is about."),
  actions: text("Actions, separated by commas."),
});

export const webexConfig = type("WebexConfig", "Tells Webex.", {
  ...common,
  apiURL: field(httpUrl, "URL of the API."),
  message: field(string, "The message."),
  roomID: text("The room.").required(),
});

export const weChatConfig = type("WeChatConfig", "Tells WeChat.", {
  ...common,
  apiSecret: credential("Key of the API."),
  apiURL: field(httpUrl, "URL of the API."),
  corpID: text("Id of the company."),
  agentID: text("Id of who tells."),
  toUser: text("Users."),
  toParty: text("Parties."),
  toTag: text("Tags."),
  message: text("The message."),
  messageType: text("Type of the message."),
});

export const emailConfig = type("EmailConfig", "Sends mail.", {
  sendResolved,
  to: text("Receivers."),
  from: text("Sender."),
  hello: text("Name that the mail server is greeted with."),
  smarthost: text("Host and port of the mail server."),
  authUsername: text("User name."),
  authPassword: credential("Password."),
  authSecret: credential("Secret of CRAM-MD5."),
  authIdentity: text("Identity of PLAIN."),
  headers: field(atomicListOf(keyValue), "Further headers; one name once."),
  html: field(string, "The text in HTML."),
  text: text("The text."),
  requireTLS: field(boolean, "Whether the connection must be encrypted."),
  tlsConfig: field(safeTlsConfig, "TLS towards the mail server."),
  forceImplicitTLS: field(boolean, "Whether TLS comes first, on whatever port."),
  threading: field(
    type("EmailThreadingConfig", "Which mails belong together.", {
      threadByDate: field(oneOf("Daily", "None"), "Whether a day ends a thread.").required(),
    }),
    "Which mails belong together.",
  ),
});

export const victorOpsConfig = type("VictorOpsConfig", "Tells VictorOps.", {
  ...common,
  apiKey: credential("Key of the API."),
  apiUrl: field(httpUrl, "URL of the API."),
  routingKey: text("Team or person.").required(),
  messageType: text("Type of the message."),
  entityDisplayName: text("Title of the incident."),
  stateMessage: text("The message."),
  monitoringTool: text("Who tells."),
  customFields: field(atomicListOf(keyValue), "More facts."),
});

const pushoverTime = limited(string, {
  pattern:
    "^(([0-9]+)y)?(([0-9]+)w)?(([0-9]+)d)?(([0-9]+)h)?(([0-9]+)m)?(([0-9]+)s)?(([0-9]+)ms)?$",
});

export const pushoverConfig = type("PushoverConfig", "Tells Pushover.", {
  ...common,
  userKey: credential("Key of the user; this or a file."),
  userKeyFile: text("File with the key of the user."),
  token: credential("Token of the application; this or a file."),
  tokenFile: text("File with the token of the application."),
  title: text("Title of the message."),
  message: text("The message."),
  url: field(string, "Where more is to be seen."),
  urlTitle: text("What that place is called."),
  ttl: field(duration, "How long the message is shown."),
  device: text("Device that shows it."),
  sound: text("Sound that it makes."),
  priority: text("-2 to 2."),
  retry: field(pushoverTime, "How often somebody is woken."),
  expire: field(pushoverTime, "For how long."),
  html: field(boolean, "Whether the message is HTML."),
  monospace: field(boolean, "Whether the message is of even letters."),
});

export const snsConfig = type("SNSConfig", "Tells Amazon's SNS.", {
  ...common,
  apiURL: field(string, "URL of the API."),
  sigv4: field(
    type("Sigv4", "How requests are signed.", {
      region: field(string, "The region."),
      accessKey: credential("The access key."),
      secretKey: credential("The secret key."),
      profile: field(string, "Profile to use."),
      roleArn: field(string, "Role to take on."),
      externalId: field(string, "Id that goes with the role."),
      useFIPSSTSEndpoint: field(boolean, "Whether the endpoint must be of FIPS."),
    }),
    "How requests are signed.",
  ),
  topicARN: text("The topic; this, a number or a target."),
  subject: text("Subject, where it is sent as mail."),
  phoneNumber: text("The number; this, a topic or a target."),
  targetARN: text("The target; this, a topic or a number."),
  message: text("The message."),
  attributes: field(mapOf(string), "Attributes of the message."),
  useAWSHTTPClient: field(boolean, "Whether to use the client of the vendor."),
});

export const telegramConfig = type("TelegramConfig", "Tells Telegram.", {
  ...common,
  apiURL: field(httpUrl, "URL of the API."),
  botToken: credential("Token of the bot; this or a file."),
  botTokenFile: field(string, "File with the token of the bot."),
  chatID: field(int64, "The chat.").required(),
  messageThreadID: field(int64, "The thread of the chat."),
  message: field(string, "The message."),
  disableNotifications: field(boolean, "Whether it is told quietly."),
  parseMode: field(oneOf("MarkdownV2", "Markdown", "HTML"), "Markup of the message."),
});

export const msTeamsConfig = type("MSTeamsConfig", "Tells Microsoft Teams, by connectors.", {
  ...common,
  webhookUrl: credential("URL of the webhook.").required(),
  title: field(string, "Title of the message."),
  summary: field(string, "Summary of the message."),
  text: field(string, "The message."),
});

export const msTeamsV2Config = type("MSTeamsV2Config", "Tells Microsoft Teams, by workflows.", {
  ...common,
  webhookURL: credential("URL of the webhook."),
  title: text("Title of the message."),
  text: text("The message."),
});

export const rocketChatConfig = type("RocketChatConfig", "Tells Rocket.Chat.", {
  ...common,
  apiURL: field(httpUrl, "URL of the API."),
  channel: text("Channel or user."),
  token: credential("Token of the user.").required(),
  tokenID: credential("Id of the token.").required(),
  color: text("Colour of the bar."),
  emoji: text("Picture of who tells."),
  iconURL: field(string, "URL of that picture."),
  text: text("The message."),
  title: text("Title of the message."),
  titleLink: text("Where the title leads."),
  fields: field(
    limited(
      atomicListOf(
        type("RocketChatFieldConfig", "A fact of the message.", {
          title: text("Its name."),
          value: text("Its text."),
          short: field(boolean, "Whether it fits beside others."),
        }),
      ),
      { minItems: 1 },
    ),
    "Facts of the message.",
  ),
  shortFields: field(boolean, "Whether fields fit beside others."),
  imageURL: field(string, "URL of an image below."),
  thumbURL: field(string, "URL of a small image beside."),
  linkNames: field(boolean, "Whether names are linked."),
  actions: field(
    limited(
      atomicListOf(
        type("RocketChatActionConfig", "A button.", {
          text: text("Text of the button."),
          url: field(string, "Where it leads."),
          msg: text("What is sent with it."),
        }),
      ),
      { minItems: 1 },
    ),
    "Buttons.",
  ),
});

export const receiver = type("Receiver", "Everybody who is told under one name.", {
  name: field(nonEmpty, "Name by which routes find the receiver.").required(),
  opsgenieConfigs: field(listOf(opsGenieConfig), "Opsgenie."),
  pagerdutyConfigs: field(listOf(pagerDutyConfig), "PagerDuty."),
  discordConfigs: field(listOf(discordConfig), "Discord."),
  slackConfigs: field(listOf(slackConfig), "Slack."),
  webhookConfigs: field(listOf(webhookConfig), "URLs."),
  wechatConfigs: field(listOf(weChatConfig), "WeChat."),
  emailConfigs: field(listOf(emailConfig), "Mail."),
  victoropsConfigs: field(listOf(victorOpsConfig), "VictorOps."),
  pushoverConfigs: field(listOf(pushoverConfig), "Pushover."),
  snsConfigs: field(listOf(snsConfig), "Amazon's SNS."),
  telegramConfigs: field(listOf(telegramConfig), "Telegram."),
  webexConfigs: field(listOf(webexConfig), "Webex."),
  msteamsConfigs: field(listOf(msTeamsConfig), "Microsoft Teams, by connectors."),
  msteamsv2Configs: field(listOf(msTeamsV2Config), "Microsoft Teams, by workflows."),
  rocketchatConfigs: field(listOf(rocketChatConfig), "Rocket.Chat."),
});
export interface Receiver extends TypeOf<typeof receiver> {}
