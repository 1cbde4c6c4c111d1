import type { Page } from "../engine/page.ts";

/** A page in words, with the link that acknowledges it. */
export interface PageText {
  /** `[web] Web is down (#12)`. */
  readonly subject: string;
  /** Lines of plain text, without the link. */
  readonly lines: readonly string[];
  /** Short enough for one text message, without the link. */
  readonly short: string;
  readonly acknowledgeUrl: string;
}

const shortMax = 100;
const detailsMax = 2_000;

export function textOf(page: Page, acknowledgeUrl: string): PageText {
  const { alert, service, number, reason, fullName, openedAtMs } = page;
  const links = alert.links.map(({ text, href }) => `${text}: ${href}`);
  const details = alert.details === "" ? [] : [shortened(alert.details, detailsMax)];
  return {
    subject: `[${service}] ${shortened(alert.title, 200)} (#${number})`,
    lines: [
      alert.title,
      ...details,
      `Severity: ${alert.severity}; since ${new Date(openedAtMs).toISOString()}`,
      ...links,
      `${fullName}, you are paged because you are ${reason}.`,
    ],
    short: `#${number} ${service}: ${shortened(alert.title, shortMax)}`,
    acknowledgeUrl,
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
