import type { Page } from "../engine/page.ts";

/** A page in words, with the link that acknowledges it. */
export interface PageText {
  /** `[web] Web is down (#12)`. */
  readonly subject: string;
  /** Lines of plain text, without the link. */
  readonly lines: readonly string[];
  /** Short enough for one text message, without the link. */
  readonly short: string;
  /** What the link does. */
  readonly action: "Acknowledge" | "Confirm";
  readonly actionUrl: string;
}

const shortMax = 100;
const detailsMax = 2_000;

export function textOf(page: Page, actionUrl: string): PageText {
  return page.purpose === "verification"
    ? verificationText(page, actionUrl)
    : incidentText(page, actionUrl);
}

function verificationText({ fullName }: Page, actionUrl: string): PageText {
  return {
    subject: "Confirm that pages reach you here",
    lines: [`${fullName}, on-call wants to page you by this way. Confirm that this is you.`],
    short: "On-call wants to page you by this way",
    action: "Confirm",
    actionUrl,
  };
}

function incidentText(page: Page, actionUrl: string): PageText {
  const { alert, service, number, purpose, reason, fullName, openedAtMs } = page;
  const links = alert.links.map(({ text, href }) => `${text}: ${href}`);
  const details = alert.details === "" ? [] : [shortened(alert.details, detailsMax)];
  return {
    subject: `${purpose === "ticket" ? "Ticket: " : ""}[${service}] ${shortened(alert.title, 200)} (#${number})`,
    lines: [
      alert.title,
      ...details,
      `Severity: ${alert.severity}; since ${new Date(openedAtMs).toISOString()}`,
      ...links,
      purpose === "ticket"
        ? `Nobody is paged: ${reason}.`
        : `${fullName}, you are paged because you are ${reason}.`,
    ],
    short: `#${number} ${service}: ${shortened(alert.title, shortMax)}`,
    action: "Acknowledge",
    actionUrl,
  };
}

function shortened(text: string, max: number): string {
  return text.length <= max ? text : `${text.slice(0, max - 1)}…`;
}

/** For text and attribute values of HTML and XML. */
export function escapeMarkup(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}
