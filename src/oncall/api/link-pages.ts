/**
 * What is reached from a page: the link that acknowledges, the keys of a call, the status of a
 * message. Scanners of mail open every link, so opening one only asks; posting it acknowledges.
 */
import type { HttpResponse } from "#base";
import { findHeader, readBody } from "#http";
import type { Grant } from "../deliver/decode-grant.ts";
import { escapeMarkup } from "../deliver/page-text.ts";
import type { SignedLinks } from "../deliver/signed-links.ts";
import { callKeys, isSignedByTwilio, sayTwiml, type TwilioSettings } from "../deliver/twilio.ts";
import type { OnCall } from "../engine/on-call.ts";
import type { AttemptOutcome } from "../incident/event.ts";
import type { Incident } from "../incident/incident.ts";
import { verificationId } from "../incident/message-id.ts";
import { bodyBytesMax, type Call, parameter, textAnswer } from "./answer.ts";

export interface LinkDeps {
  readonly onCall: OnCall;
  readonly links: SignedLinks;
  readonly twilio: () => TwilioSettings | undefined;
}

interface Opened {
  readonly grant: Grant;
  readonly incident: Incident;
}

export class LinkPages {
  readonly #deps: LinkDeps;

  constructor(deps: LinkDeps) {
    this.#deps = deps;
  }

  /** Shows what would be acknowledged. */
  ask(call: Call): HttpResponse {
    const opened = this.#open(call);
    if (opened === undefined) return expiredPage();
    const { incident } = opened;
    const { title, details } = incident.alert;
    const text = `<p>${escapeMarkup(title)}</p><pre>${escapeMarkup(details)}</pre>`;
    const button = `<form method="post"><button autofocus>Acknowledge #${incident.number}</button></form>`;
    const state = `<p>It is ${incident.status}.</p>`;
    return htmlPage(`#${incident.number} ${incident.service}`, text + state + button);
  }

  async acknowledge(call: Call): Promise<HttpResponse> {
    const opened = this.#open(call);
    if (opened === undefined) return expiredPage();
    const { grant, incident } = opened;
    const done = await this.#acknowledge(grant, "link");
    return htmlPage(`#${incident.number} ${incident.service}`, `<p>${escapeMarkup(done)}</p>`);
  }

  /** Asks whoever got a verification whether it is they. */
  askToVerify(call: Call): HttpResponse {
    const grant = this.#verification(call);
    if (grant === undefined) return expiredPage();
    const button = `<form method="post"><button autofocus>Yes, page me here</button></form>`;
    return htmlPage(`Pages for ${grant.user}`, button);
  }

  async verify(call: Call): Promise<HttpResponse> {
    const grant = this.#verification(call);
    if (grant === undefined) return expiredPage();
    return htmlPage(`Pages for ${grant.user}`, `<p>${await this.#verify(grant)}</p>`);
  }

  /** The key that somebody pressed while they were called. */
  async pressed(call: Call): Promise<HttpResponse> {
    const form = await this.#twilioForm(call, "voice");
    const verification = form && this.#verification(call);
    if (verification !== undefined && form?.get("Digits") === callKeys.acknowledge) {
      return twimlAnswer(await this.#verify(verification));
    }
    const opened = this.#open(call);
    if (form === undefined || opened === undefined) return twimlAnswer("This call has expired.");
    const digits = form.get("Digits");
    if (digits === callKeys.acknowledge) {
      return twimlAnswer(await this.#acknowledge(opened.grant, "call"));
    }
    if (digits === callKeys.escalate) {
      const { incident, user } = opened.grant;
      await this.#deps.onCall.command(incident, { kind: "escalated", by: user });
      return twimlAnswer("The next in line is called.");
    }
    return twimlAnswer("This key means nothing. Good bye.");
  }

  /** What became of a text message. */
  async status(call: Call): Promise<HttpResponse> {
    const form = await this.#twilioForm(call, "status");
    const opened = this.#open(call);
    const outcome = outcomeOf(form?.get("MessageStatus"), form?.get("ErrorCode") ?? "");
    if (opened === undefined || outcome === undefined) return textAnswer(204, "text/plain", "");
    const { incident, message } = opened.grant;
    await this.#deps.onCall.transact(({ ledger }) => {
      const known = ledger.find(incident)?.messages.get(message);
      const isNews = known?.state === "sent" || known?.state === "sending";
      return isNews ? [{ kind: "receipt", incident, message, outcome }] : [];
    });
    return textAnswer(204, "text/plain", "");
  }

  async #acknowledge({ incident: id, user }: Grant, via: string): Promise<string> {
    const { onCall } = this.#deps;
    const before = onCall.ledger.find(id);
    if (before?.status === "resolved") return `#${before.number} is resolved already.`;
    const incident = await onCall.command(id, { kind: "acknowledged", by: user, via });
    return `${incident?.acknowledgedBy} has acknowledged #${incident?.number}.`;
  }

  /** A grant of no incident: its message names the contact method that it was sent to. */
  #verification(call: Call): Grant | undefined {
    const { links, onCall } = this.#deps;
    const grant = links.open(parameter(call, "token"), onCall.nowMs());
    return grant?.incident === "" ? grant : undefined;
  }

  /** The contact is verified with the address that it had when the message was sent. */
  async #verify({ user, message }: Grant): Promise<string> {
    await this.#deps.onCall.transact(({ roster }) =>
      (roster.users.get(user)?.contacts ?? [])
        .filter((one) => verificationId(user, one) === message && !one.isVerified)
        .map(({ id, address }) => ({ kind: "contactVerified", user, contact: id, address })),
    );
    return "Thank you. Pages will reach you here.";
  }

  #open(call: Call): Opened | undefined {
    const { links, onCall } = this.#deps;
    const grant = links.open(parameter(call, "token"), onCall.nowMs());
    const incident = grant && onCall.ledger.find(grant.incident);
    return grant !== undefined && incident !== undefined ? { grant, incident } : undefined;
  }

  /** The form of a request that Twilio has signed; undefined for any other. */
  async #twilioForm(call: Call, place: string): Promise<URLSearchParams | undefined> {
    const twilio = this.#deps.twilio();
    const { request } = call;
    const body = new TextDecoder().decode(await readBody(request, bodyBytesMax));
    const form = new URLSearchParams(body);
    const signature = findHeader(request.headers, "x-twilio-signature") ?? "";
    const url = this.#deps.links.addressOf(place, parameter(call, "token"));
    const isSigned = twilio !== undefined && isSignedByTwilio(twilio, { url, form, signature });
    return isSigned ? form : undefined;
  }
}

function outcomeOf(status: string | null | undefined, code: string): AttemptOutcome | undefined {
  if (status === "delivered" || status === "read") return { kind: "delivered", reference: "" };
  if (status !== "undelivered" && status !== "failed") return undefined;
  const error = `the carrier says ${status} (${code})`;
  return { kind: "failed", error, isRetryable: false, isAmbiguous: false };
}

function twimlAnswer(words: string): HttpResponse {
  return textAnswer(200, "text/xml", sayTwiml(words));
}

function expiredPage(): HttpResponse {
  const answer = htmlPage("Expired", "<p>This link has expired, or was never one.</p>");
  return { ...answer, status: 404 };
}

function htmlPage(title: string, body: string): HttpResponse {
  const head = `<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeMarkup(title)}</title>`;
  const page = `<!doctype html><html lang="en"><head>${head}</head><body><h1>${escapeMarkup(title)}</h1>${body}</body></html>\n`;
  const answer = textAnswer(200, "text/html", page);
  const policy = "default-src 'none'; form-action 'self'; frame-ancestors 'none'";
  return { ...answer, headers: { ...answer.headers, "content-security-policy": policy } };
}
