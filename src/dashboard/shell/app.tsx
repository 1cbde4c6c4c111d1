import type { ComponentType } from "preact";
import { lazyPage } from "./lazy-page.tsx";
import { pageName } from "../browser/location.ts";
import { Navigation } from "./navigation.tsx";

/** Each page's code is loaded when it is first shown. */
const pages: Readonly<Record<string, ComponentType>> = {
  agent: lazyPage(async () => (await import("../pages/agent.tsx")).AgentPage),
  query: lazyPage(async () => (await import("../query/query-page.tsx")).QueryPage),
  alerts: lazyPage(async () => (await import("../pages/alerts.tsx")).AlertsPage),
  targets: lazyPage(async () => (await import("../pages/targets.tsx")).TargetsPage),
  rules: lazyPage(async () => (await import("../pages/rules.tsx")).RulesPage),
  "service-discovery": lazyPage(
    async () => (await import("../pages/service-discovery.tsx")).ServiceDiscoveryPage,
  ),
  "tsdb-status": lazyPage(async () => (await import("../pages/tsdb-status.tsx")).TsdbStatusPage),
  config: lazyPage(async () => (await import("../pages/config.tsx")).ConfigPage),
  flags: lazyPage(async () => (await import("../pages/flags.tsx")).FlagsPage),
  status: lazyPage(async () => (await import("../pages/status.tsx")).StatusPage),
  "alertmanager-discovery": lazyPage(
    async () => (await import("../pages/alertmanagers.tsx")).AlertmanagersPage,
  ),
};

/** The frame around every page. */
export function App() {
  const Page = pages[pageName.value];
  return (
    <div class="shell">
      <a class="skip" href="#main">
        Skip to the page
      </a>
      <Navigation />
      <main id="main" tabIndex={-1}>
        {Page === undefined ? <p>There is no page “{pageName.value}” here.</p> : <Page />}
      </main>
    </div>
  );
}
