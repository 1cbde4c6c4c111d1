import type { ComponentType } from "preact";
import { useEffect } from "preact/hooks";
import { isOnCallThere, refreshSession } from "../browser/oncall-session.ts";
import { oncallPages, oncallSection } from "../oncall/pages.tsx";
import { lazyPage } from "./lazy-page.tsx";
import { furtherPages, type ServerMode, serverMode } from "../browser/server-mode.ts";
import { Frame } from "./frame.tsx";
import type { Section } from "./navigation.tsx";

/** Each page's code is loaded when it is first shown. */
const pages: Readonly<Record<string, ComponentType>> = {
  agent: lazyPage(async () => (await import("../pages/agent.tsx")).AgentPage),
  query: lazyPage(async () => (await import("../query/query-page.tsx")).QueryPage),
  nodes: lazyPage(async () => (await import("../cluster/nodes-page.tsx")).NodesPage),
  autoscalers: lazyPage(
    async () => (await import("../cluster/autoscalers-page.tsx")).AutoscalersPage,
  ),
  pods: lazyPage(async () => (await import("../cluster/pods-page.tsx")).PodsPage),
  sigma: lazyPage(async () => (await import("../sigma/sigma-page.tsx")).SigmaPage),
  "alert-groups": lazyPage(async () => {
    const { AlertsPage } = await import("../alerting/alerts-page.tsx");
    return () => <AlertsPage title="Alert groups" />;
  }),
  silences: lazyPage(async () => (await import("../alerting/silences-page.tsx")).SilencesPage),
  "alerting-status": lazyPage(async () => {
    const { StatusPage } = await import("../alerting/status-page.tsx");
    return () => <StatusPage title="Alerting status" />;
  }),
  alerts: lazyPage(async () => (await import("../pages/alerts.tsx")).AlertsPage),
  ...oncallPages,
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

/** Pages that say something for one kind of server only. */
const modePages: Readonly<Record<ServerMode, readonly string[]>> = {
  server: ["query", "alerts", "rules", "sigma", "tsdb-status", "alertmanager-discovery"],
  agent: ["agent"],
};
/** Pages that only the engine of a cluster has. */
const clusterPages: readonly string[] = [
  "nodes",
  "pods",
  "autoscalers",
  "alert-groups",
  "silences",
  "alerting-status",
  ...Object.keys(oncallPages),
];
const homePages: Readonly<Record<ServerMode, string>> = { server: "query", agent: "agent" };

const sections: readonly Section[] = [
  {
    title: "Monitoring",
    pages: [
      ["agent", "Agent"],
      ["query", "Query"],
      ["alerts", "Alerts"],
      ["sigma", "Sigma"],
      ["targets", "Targets"],
      ["rules", "Rules"],
      ["service-discovery", "Service discovery"],
    ],
  },
  {
    title: "Alerting",
    pages: [
      ["alert-groups", "Alert groups"],
      ["silences", "Silences"],
      ["alerting-status", "Alerting status"],
    ],
  },
  oncallSection,
  {
    title: "Cluster",
    pages: [
      ["nodes", "Nodes"],
      ["pods", "Pods"],
      ["autoscalers", "Autoscalers"],
    ],
  },
  {
    title: "Server",
    pages: [
      ["tsdb-status", "TSDB status"],
      ["config", "Configuration"],
      ["flags", "Flags"],
      ["status", "Runtime"],
      ["alertmanager-discovery", "Alertmanagers"],
    ],
  },
];

/** The pages of the monitoring engine. */
export function App() {
  const mode = serverMode.value;
  const mayHaveOnCall = furtherPages.value.has("on-call");
  useEffect(() => {
    // The page that is shown says that the server cannot be reached.
    if (mayHaveOnCall) refreshSession().catch(() => {});
  }, [mayHaveOnCall]);
  const missing = new Set([
    ...modePages[mode === "agent" ? "server" : "agent"],
    ...clusterPages.filter((path) => !furtherPages.value.has(path)),
  ]);
  const shown = sections
    .map(({ title, pages: listed }) => ({
      title,
      pages: listed.filter(([path]) => !missing.has(path)),
    }))
    .filter(({ title, pages: listed }) => {
      return listed.length > 0 && (title !== oncallSection.title || isOnCallThere.value);
    });
  return <Frame home={homePages[mode]} sections={shown} pages={pages} />;
}
