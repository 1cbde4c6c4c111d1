/** Labels of a route may be templates that refer to each other: `{{ routeLabels "team" }}`. */
import { TemplateError } from "#gotemplate";
import { labelPairs, type Labels, labelsOf } from "#series";
import type { Notification } from "../notify/integration.ts";
import { templateData } from "../template/notification-view.ts";
import type { TemplateRendering } from "../template/notification-templates.ts";
import type { MessageDeps } from "./message.ts";

/** The labels with their templates rendered. One that fails, or asks for itself, is left as it is. */
export function renderedRouteLabels(notification: Notification, deps: MessageDeps): Labels {
  const raw = new Map(labelPairs(notification.routeLabels));
  if (raw.size === 0) return notification.routeLabels;
  const data = templateData(notification, deps.externalUrl);
  const { nowMs } = notification;
  const isTemplate = (text: string) => text.includes("{{");
  const known = new Map([...raw].filter(([, text]) => !isTemplate(text)));
  // Each round knows what the one before has rendered: as many rounds as labels reach the end.
  for (let round = 0; round < raw.size && known.size < raw.size; round++) {
    for (const [name, template] of raw) {
      if (known.has(name) || !refersOnlyTo(template, known, raw)) continue;
      const routeLabels = labelsOf([...known]);
      const rendering = deps.templates.open({ data, routeLabels, nowMs });
      known.set(name, rendered(template, rendering, deps));
    }
  }
  const cycle = [...raw.keys()].filter((name) => !known.has(name));
  if (cycle.length > 0) deps.onTemplateFailure(`route label cycle detected: ${cycle.join(" -> ")}`);
  return labelsOf([...raw].map(([name, text]) => [name, known.get(name) ?? text] as const));
}

function rendered(template: string, rendering: TemplateRendering, deps: MessageDeps): string {
  try {
    return rendering.text(template);
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    deps.onTemplateFailure(error.message);
    return template;
  }
}

function refersOnlyTo(
  template: string,
  known: ReadonlyMap<string, string>,
  all: ReadonlyMap<string, string>,
): boolean {
  const names = [...template.matchAll(/routeLabels\s+["`]([^"`]*)["`]/g)].map(([, name]) => name);
  return names.every((name = "") => known.has(name) || !all.has(name));
}
