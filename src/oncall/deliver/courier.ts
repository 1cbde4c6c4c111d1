/** Takes pages to people, by whatever way their contact method is. */
import type { Clock } from "#base";
import { type Courier, DeliveryError, type Page } from "../engine/page.ts";
import type { AttemptOutcome } from "../incident/event.ts";
import { hourMs } from "../schedule/wall-clock.ts";
import {
  type SlackSettings,
  sendToNtfy,
  sendToSlack,
  sendToTelegram,
  sendToWebhook,
  type TelegramSettings,
} from "./chat.ts";
import { mailOf, type SendMail } from "./mail.ts";
import { textOf } from "./page-text.ts";
import type { Outbound } from "./post.ts";
import type { SignedLinks } from "./signed-links.ts";
import { sendCall, sendSms, type TwilioSettings } from "./twilio.ts";
import { sendWebPush, type WebPushSettings } from "./web-push.ts";

/** What is configured of the ways; pages by one that is not are refused. */
export interface Ways {
  readonly mail: SendMail | undefined;
  readonly slack: SlackSettings | undefined;
  readonly telegram: TelegramSettings | undefined;
  readonly twilio: TwilioSettings | undefined;
  readonly webPush: WebPushSettings | undefined;
  /** Empty for topics that anybody may write to. */
  readonly ntfyToken: string;
}

export interface CourierDeps {
  readonly clock: Clock;
  readonly outbound: Outbound;
  readonly links: SignedLinks;
  /** As configured now. */
  readonly ways: () => Ways;
}

/** How long a link in a page can be used. */
const linkMs = 24 * hourMs;

export function createCourier(deps: CourierDeps): Courier {
  return { send: (page, signal) => send(deps, page, signal) };
}

async function send(
  { clock, outbound, links, ways }: CourierDeps,
  page: Page,
  signal: AbortSignal,
): Promise<AttemptOutcome> {
  const nowMs = clock.nowMs();
  const { incident, user, id: message } = page;
  const grant = { incident, user, message, expiresAtMs: nowMs + linkMs };
  const place = page.purpose === "verification" ? "verify" : "acknowledge";
  const text = textOf(page, links.linkOf(place, grant));
  const composed = { page, text };
  const { mail, slack, telegram, twilio, webPush, ntfyToken } = ways();
  const sentAs = (reference: string): AttemptOutcome => ({ kind: "sent", reference });
  switch (page.contact.kind) {
    case "email":
      await configured(mail, "smtp")(mailOf(page, text), signal);
      return sentAs("");
    case "slack":
      return sentAs(await sendToSlack(outbound, configured(slack, "slack"), composed, signal));
    case "telegram":
      return sentAs(
        await sendToTelegram(outbound, configured(telegram, "telegram"), composed, signal),
      );
    case "ntfy":
      return sentAs(await sendToNtfy(outbound, ntfyToken, composed, signal));
    case "webhook":
      await sendToWebhook(outbound, composed, signal);
      // Whoever answers it has it.
      return { kind: "delivered", reference: "" };
    case "web-push": {
      const settings = configured(webPush, "web_push");
      return sentAs(await sendWebPush(outbound, settings, { ...composed, nowMs }, signal));
    }
    case "sms": {
      const addressed = { ...composed, statusUrl: links.linkOf("status", grant) };
      return sentAs(await sendSms(outbound, configured(twilio, "twilio"), addressed, signal));
    }
    case "voice": {
      const addressed = { ...composed, voiceUrl: links.linkOf("voice", grant) };
      return sentAs(await sendCall(outbound, configured(twilio, "twilio"), addressed, signal));
    }
  }
}

function configured<T>(settings: T | undefined, name: string): T {
  if (settings !== undefined) return settings;
  throw new DeliveryError(`${name} is not configured`, { isRetryable: false });
}
