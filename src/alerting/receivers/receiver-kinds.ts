/** The kinds of receivers that Alertmanager 0.34 has, in the order of its file, and our own. */
import { discordKind } from "./discord.ts";
import { emailKind } from "./email.ts";
import { incidentioKind } from "./incidentio.ts";
import { jiraKind } from "./jira.ts";
import { mattermostKind } from "./mattermost.ts";
import { msteamsKind } from "./msteams.ts";
import { msteamsV2Kind } from "./msteamsv2.ts";
import { oncallKind } from "./oncall.ts";
import { opsgenieKind } from "./opsgenie.ts";
import { pagerdutyKind } from "./pagerduty.ts";
import { pushoverKind } from "./pushover.ts";
import { entriesPart } from "./receiver-kind.ts";
import { rocketchatKind } from "./rocketchat.ts";
import { slackKind } from "./slack.ts";
import { snsKind } from "./sns.ts";
import { telegramKind } from "./telegram.ts";
import { victoropsKind } from "./victorops.ts";
import { webexKind } from "./webex.ts";
import { webhookKind } from "./webhook.ts";
import { wechatKind } from "./wechat.ts";

/** A receiver's entries of each kind: `discord_configs`, `email_configs`, … */
export const receiverKindParts = {
  discord: entriesPart(discordKind),
  email: entriesPart(emailKind),
  incidentio: entriesPart(incidentioKind),
  pagerduty: entriesPart(pagerdutyKind),
  slack: entriesPart(slackKind),
  webhook: entriesPart(webhookKind),
  opsgenie: entriesPart(opsgenieKind),
  wechat: entriesPart(wechatKind),
  pushover: entriesPart(pushoverKind),
  victorops: entriesPart(victoropsKind),
  sns: entriesPart(snsKind),
  telegram: entriesPart(telegramKind),
  webex: entriesPart(webexKind),
  msteams: entriesPart(msteamsKind),
  msteamsV2: entriesPart(msteamsV2Kind),
  jira: entriesPart(jiraKind),
  rocketchat: entriesPart(rocketchatKind),
  mattermost: entriesPart(mattermostKind),
  oncall: entriesPart(oncallKind),
} as const;

export type ReceiverKindName = keyof typeof receiverKindParts;

/** In the order of the names, for going through all of them. */
export const receiverKindOrder = [
  "discord",
  "email",
  "incidentio",
  "jira",
  "mattermost",
  "msteams",
  "msteamsV2",
  "oncall",
  "opsgenie",
  "pagerduty",
  "pushover",
  "rocketchat",
  "slack",
  "sns",
  "telegram",
  "victorops",
  "webex",
  "webhook",
  "wechat",
] as const satisfies readonly ReceiverKindName[];

/** As metrics and the notification log call them. */
export const receiverKindNames: readonly string[] = receiverKindOrder.map((kind) =>
  kind.toLowerCase(),
);
