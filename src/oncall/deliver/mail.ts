import type { Page } from "../engine/page.ts";
import { escapeMarkup, type PageText } from "./page-text.ts";

/** What whoever speaks SMTP for us is asked to send. */
export interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** With angle brackets; the same in every attempt, so that the second is known as the first. */
  readonly messageId: string;
}

/** Rejects with a `DeliveryError`, or with any error, which is then tried again. */
export type SendMail = (mail: Mail, signal: AbortSignal) => Promise<void>;

export function mailOf(page: Page, text: PageText): Mail {
  const link = `${text.action}: ${text.actionUrl}`;
  const paragraphs = text.lines.map((line) => `<p>${escapeMarkup(line)}</p>`).join("\n");
  const href = escapeMarkup(text.actionUrl);
  return {
    to: page.contact.address,
    // A line break would begin another header.
    subject: text.subject.replaceAll(/[\r\n]+/g, " "),
    text: `${[...text.lines, "", link].join("\n")}\n`,
    html: `<html><body>\n${paragraphs}\n<p><a href="${href}">${text.action}</a></p>\n</body></html>\n`,
    messageId: `<${page.id}@oncall.wherry>`,
  };
}
