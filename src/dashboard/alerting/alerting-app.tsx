import type { ComponentType } from "preact";
import { useEffect } from "preact/hooks";
import { goTo } from "../browser/location.ts";
import { Frame } from "../shell/frame.tsx";
import { oncallPages, oncallSection } from "../oncall/pages.tsx";
import { isOnCallThere, refreshSession } from "../browser/oncall-session.ts";
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
  ...oncallPages,
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
  oncallSection,
];

/** The pages of the alerting part; those of on-call where somebody is. */
export function AlertingApp() {
  useEffect(() => {
    // The page that is shown says that the server cannot be reached.
    refreshSession().catch(() => {});
  }, []);
  const shown = isOnCallThere.value ? sections : sections.filter((one) => one !== oncallSection);
  return <Frame home="alerts" sections={shown} pages={pages} />;
}

/** Notifications link to `#/alerts?receiver=team`, as Alertmanager's pages are addressed. */
export function followOldLink(): void {
  const found = /^#\/(alerts|silences|status)[^?]*\??(.*)$/.exec(globalThis.location.hash);
  if (found === null) return;
  const [, page = "alerts", query = ""] = found;
  goTo(page, query);
}
