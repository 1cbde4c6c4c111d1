/** Slack, Telegram, ntfy and plain webhooks: JSON that is posted. */
import { DeliveryError, type Page } from "../engine/page.ts";
import { answerField } from "./decode-answer.ts";
import type { PageText } from "./page-text.ts";
import { type Outbound, postJson } from "./post.ts";

export interface SlackSettings {
  /** `https://slack.com/api`. */
  readonly apiUrl: string;
  readonly botToken: string;
}

/** A message to a user or channel by its id. Gives the message's time stamp, which is its id. */
export async function sendToSlack(
  outbound: Outbound,
  { apiUrl, botToken }: SlackSettings,
  { page, text }: Composed,
  signal: AbortSignal,
): Promise<string> {
  const plain = [text.subject, ...text.lines].map(escapeSlack).join("\n");
  const section = { type: "section", text: { type: "mrkdwn", text: plain } };
  const button = {
    type: "button",
    text: { type: "plain_text", text: text.action },
    url: text.actionUrl,
    style: "primary",
  };
  const answer = await postJson(
    outbound,
    {
      url: `${apiUrl}/chat.postMessage`,
      headers: { authorization: `Bearer ${botToken}` },
      value: {
        channel: page.contact.address,
        text: text.subject,
        blocks: [section, { type: "actions", elements: [button] }],
      },
    },
    signal,
  );
  // Slack answers 200 also when it refuses.
  if (answerField(answer, "ok") === true) return String(answerField(answer, "ts") ?? "");
  const error = String(answerField(answer, "error") ?? "no answer that Slack would give");
  throw new DeliveryError(`Slack: ${error}`, { isRetryable: slackBusy.has(error) });
}

const slackBusy: ReadonlySet<string> = new Set([
  "ratelimited",
  "rate_limited",
  "internal_error",
  "fatal_error",
  "service_unavailable",
  "request_timeout",
]);

function escapeSlack(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

export interface TelegramSettings {
  /** `https://api.telegram.org`. */
  readonly apiUrl: string;
  readonly botToken: string;
}

/** A message to a chat by its id. */
export async function sendToTelegram(
  outbound: Outbound,
  { apiUrl, botToken }: TelegramSettings,
  { page, text }: Composed,
  signal: AbortSignal,
): Promise<string> {
  const button = { text: text.action, url: text.actionUrl };
  await postJson(
    outbound,
    {
      url: `${apiUrl}/bot${botToken}/sendMessage`,
      value: {
        chat_id: page.contact.address,
        text: [text.subject, ...text.lines].join("\n"),
        link_preview_options: { is_disabled: true },
        reply_markup: { inline_keyboard: [[button]] },
      },
    },
    signal,
  );
  return "";
}

/** A message to a topic, whose address is `https://ntfy.sh/topic`. */
export async function sendToNtfy(
  outbound: Outbound,
  token: string,
  { page, text }: Composed,
  signal: AbortSignal,
): Promise<string> {
  const { origin, pathname } = new URL(page.contact.address);
  const answer = await postJson(
    outbound,
    {
      url: `${origin}/`,
      headers: token === "" ? {} : { authorization: `Bearer ${token}` },
      value: {
        topic: pathname.slice(1),
        title: text.subject,
        message: text.lines.join("\n"),
        priority: 5,
        tags: ["rotating_light"],
        click: text.actionUrl,
        actions: [{ action: "view", label: text.action, url: text.actionUrl }],
      },
    },
    signal,
  );
  return String(answerField(answer, "id") ?? "");
}

/** Everything about the page, to the contact's own URL. */
export async function sendToWebhook(
  outbound: Outbound,
  { page, text }: Composed,
  signal: AbortSignal,
): Promise<string> {
  const { incident, number, service, alert, user, reason, openedAtMs } = page;
  await postJson(
    outbound,
    {
      url: page.contact.address,
      headers: { "idempotency-key": page.id },
      value: {
        version: "1",
        message: page.id,
        incident,
        number,
        service,
        user,
        reason,
        ...alert,
        openedAt: new Date(openedAtMs).toISOString(),
        acknowledgeUrl: text.actionUrl,
      },
    },
    signal,
  );
  return "";
}

export interface Composed {
  readonly page: Page;
  readonly text: PageText;
}
