/** On-call's pages, for every shell that shows them. */
import type { ComponentType } from "preact";
import { lazyPage } from "../shell/lazy-page.tsx";
import type { Section } from "../shell/navigation.tsx";

/** By path. */
export const oncallPages: Readonly<Record<string, ComponentType>> = {
  "on-call": lazyPage(async () => (await import("./on-call-page.tsx")).OnCallPage),
  incidents: lazyPage(async () => (await import("./incidents-page.tsx")).IncidentsPage),
  reports: lazyPage(async () => (await import("./reports-page.tsx")).ReportsPage),
};

export const oncallSection: Section = {
  title: "On-call",
  pages: [
    ["on-call", "On-call"],
    ["incidents", "Incidents"],
    ["reports", "Reports"],
  ],
};
