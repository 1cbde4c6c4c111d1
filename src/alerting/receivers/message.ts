/**
 * One notification on its way to one receiver: its texts, made of templates.
 *
 * A template that fails must not silence an alert. What people read is then said plainly, with what is
 * wrong with the template; what only decorates is left out; only where nobody could be told without
 * it, such as the address, does the notification fail.
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { TemplateError } from "#gotemplate";
import { formatLabels } from "#series";
import { isResolved } from "../alert/alert.ts";
import { type Notification, SendError } from "../notify/integration.ts";
import { escapeText } from "../template/html-escapes.ts";
import { notificationBody, statusOf, templateData } from "../template/notification-view.ts";
import type {
  NotificationTemplates,
  TemplateRendering,
} from "../template/notification-templates.ts";
import { renderedRouteLabels } from "./route-labels.ts";

export interface MessageDeps {
  readonly templates: NotificationTemplates;
  readonly externalUrl: string;
  /** Hears of each template that failed. */
  readonly onTemplateFailure: (problem: string) => void;
}

export class Message {
  readonly notification: Notification;
  readonly status: "firing" | "resolved";
  readonly #deps: MessageDeps;
  /** Made for the first text that is a template; many notifications have none. */
  #rendering: TemplateRendering | undefined = undefined;

  constructor(notification: Notification, deps: MessageDeps) {
    const routeLabels = renderedRouteLabels(notification, deps);
    this.notification = { ...notification, routeLabels };
    this.status = statusOf(notification.alerts, notification.nowMs);
    this.#deps = deps;
  }

  /** The same group to whoever is told, however often. */
  get identity(): string {
    return bytesToHex(sha256(new TextEncoder().encode(this.notification.groupKey)));
  }

  /** The notification as data; `alertsMax` of 0 has all of them in it. */
  body(alertsMax: number): Readonly<Record<string, unknown>> {
    const { alerts } = this.notification;
    const sent = alertsMax > 0 ? alerts.slice(0, alertsMax) : alerts;
    return notificationBody({ ...this.notification, alerts: sent }, this.#deps.externalUrl);
  }

  /** A text that people read. */
  prose(template: string): string {
    return this.#try(
      () => this.#text(template),
      (problem) => this.#plainly(problem),
    );
  }

  /** The same in HTML. */
  html(template: string): string {
    return this.#try(
      () => this.#render().html(template),
      (problem) => `<pre>${escapeText(this.#plainly(problem))}</pre>`,
    );
  }

  /** A text that can be missed: a colour, a link, a picture. */
  detail(template: string): string {
    return this.#try(
      () => this.#text(template),
      () => "",
    );
  }

  /** A text without which nobody can be told. Throws a `SendError`; `what` says what it is. */
  address(template: string, what: string): string {
    return this.#try(
      () => this.#text(template),
      (problem) => {
        const message = `failed to template ${what}: ${problem}`;
        throw new SendError(message, { isRetryable: false, reason: "clientError" });
      },
    );
  }

  #text(template: string): string {
    return template.includes("{{") ? this.#render().text(template) : template;
  }

  #render(): TemplateRendering {
    const { notification } = this;
    const { routeLabels, nowMs } = notification;
    this.#rendering ??= this.#deps.templates.open({
      data: templateData(notification, this.#deps.externalUrl),
      routeLabels,
      nowMs,
    });
    return this.#rendering;
  }

  #try(render: () => string, otherwise: (problem: string) => string): string {
    try {
      return render();
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      this.#deps.onTemplateFailure(error.message);
      return otherwise(error.message);
    }
  }

  /** What there is to say without any template. */
  #plainly(problem: string): string {
    const { alerts, nowMs } = this.notification;
    const firing = alerts.filter((alert) => !isResolved(alert, nowMs)).length;
    const count = firing > 0 ? `:${firing}` : "";
    const lines = alerts.map((alert) => {
      const state = isResolved(alert, nowMs) ? "resolved" : "firing";
      return `${state} ${formatLabels(alert.labels)}`;
    });
    return [
      `[${this.status.toUpperCase()}${count}] ${lines.join("\n")}`,
      `The template of this text failed: ${problem}`,
    ].join("\n");
  }
}
