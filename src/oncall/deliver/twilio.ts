/** Text messages and calls through Twilio, or whoever speaks its API. */
import { hmac } from "@noble/hashes/hmac.js";
import { sha1 } from "@noble/hashes/legacy.js";
import { answerField } from "./decode-answer.ts";
import type { Composed } from "./chat.ts";
import { areEqualSecrets } from "./equal-secrets.ts";
import { escapeMarkup } from "./page-text.ts";
import { basicAuth, type Outbound, post } from "./post.ts";

export interface TwilioSettings {
  /** `https://api.twilio.com`. */
  readonly apiUrl: string;
  readonly accountSid: string;
  readonly authToken: string;
  /** The number that calls and writes, in E.164. */
  readonly from: string;
}

/** Which key does what when a call asks. */
export const callKeys = { acknowledge: "4", escalate: "6" } as const;

/** A text message. Gives the id by which its status is told later. */
export async function sendSms(
  outbound: Outbound,
  settings: TwilioSettings,
  { page, text, statusUrl }: Composed & { readonly statusUrl: string },
  signal: AbortSignal,
): Promise<string> {
  const form = {
    To: page.contact.address,
    From: settings.from,
    Body: `${text.short}\n${text.action}: ${text.actionUrl}`,
    StatusCallback: statusUrl,
  };
  return postForm(outbound, { settings, resource: "Messages", form }, signal);
}

/** A call that reads the page out and takes a key as the answer. */
export async function sendCall(
  outbound: Outbound,
  settings: TwilioSettings,
  { page, text, voiceUrl }: Composed & { readonly voiceUrl: string },
  signal: AbortSignal,
): Promise<string> {
  const form = {
    To: page.contact.address,
    From: settings.from,
    Twiml: questionTwiml(text.short, voiceUrl),
  };
  return postForm(outbound, { settings, resource: "Calls", form }, signal);
}

/** Asks twice, for those who have to wake up first. */
function questionTwiml(words: string, voiceUrl: string): string {
  const { acknowledge, escalate } = callKeys;
  const question = `${words}. Press ${acknowledge} to acknowledge, ${escalate} to escalate.`;
  const say = `<Say>${escapeMarkup(question)}</Say>`;
  const action = escapeMarkup(voiceUrl);
  return twiml(
    `<Gather numDigits="1" timeout="10" method="POST" action="${action}">${say}<Pause length="2"/>${say}</Gather>`,
  );
}

export function sayTwiml(words: string): string {
  return twiml(`<Say>${escapeMarkup(words)}</Say>`);
}

function twiml(content: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?><Response>${content}</Response>`;
}

/** Whether Twilio sent this form to this address: the check of its `X-Twilio-Signature`. */
export function isSignedByTwilio(
  { authToken }: Pick<TwilioSettings, "authToken">,
  {
    url,
    form,
    signature,
  }: { readonly url: string; readonly form: URLSearchParams; readonly signature: string },
): boolean {
  const fields = [...form].sort(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0));
  const signed = url + fields.map(([name, value]) => name + value).join("");
  const encoder = new TextEncoder();
  const mac = hmac(sha1, encoder.encode(authToken), encoder.encode(signed));
  return areEqualSecrets(btoa(String.fromCharCode(...mac)), signature);
}

async function postForm(
  outbound: Outbound,
  {
    settings,
    resource,
    form,
  }: {
    readonly settings: TwilioSettings;
    readonly resource: "Messages" | "Calls";
    readonly form: Readonly<Record<string, string>>;
  },
  signal: AbortSignal,
): Promise<string> {
  const { apiUrl, accountSid, authToken } = settings;
  const posted = {
    url: `${apiUrl}/2010-04-01/Accounts/${accountSid}/${resource}.json`,
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      authorization: basicAuth(accountSid, authToken),
    },
    body: new URLSearchParams(form).toString(),
  };
  const answer = await post(outbound, posted, signal);
  return String(answerField(answer, "sid") ?? "");
}
