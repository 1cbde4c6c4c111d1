import type { ComponentType } from "preact";
import { goTo } from "../browser/location.ts";
import { Frame } from "../shell/frame.tsx";
import { lazyPage } from "../shell/lazy-page.tsx";
import type { Section } from "../shell/navigation.tsx";

const pages: Readonly<Record<string, ComponentType>> = {
  alerts: lazyPage(async () => {
    const { AlertsPage } = await import("./alerts-page.tsx");
    return () => <AlertsPage title="Alerts" />;
  }),
  silences: lazyPage(async () => (await import("./silences-page.tsx")).SilencesPage),
  status: lazyPage(async () => {
    const { StatusPage } = await import("./status-page.tsx");
    return () => <StatusPage title="Status" />;
  }),
};

const sections: readonly Section[] = [
  {
    title: "Alerting",
    pages: [
      ["alerts", "Alerts"],
      ["silences", "Silences"],
      ["status", "Status"],
    ],
  },
];

/** The pages of the alerting part. */
export function AlertingApp() {
  return <Frame home="alerts" sections={sections} pages={pages} />;
}

/** Notifications link to `#/alerts?receiver=team`, as Alertmanager's pages are addressed. */
export function followOldLink(): void {
  const found = /^#\/(alerts|silences|status)[^?]*\??(.*)$/.exec(globalThis.location.hash);
  if (found === null) return;
  const [, page = "alerts", query = ""] = found;
  goTo(page, query);
}
