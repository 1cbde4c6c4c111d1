import type { ComponentType } from "preact";
import { pageName } from "../browser/location.ts";
import { Navigation, type Section } from "./navigation.tsx";

/** The frame around every page. */
export function Frame({
  home,
  sections,
  pages,
}: {
  readonly home: string;
  readonly sections: readonly Section[];
  readonly pages: Readonly<Record<string, ComponentType>>;
}) {
  const Page = pages[pageName.value];
  return (
    <div class="shell">
      <a class="skip" href="#main">
        Skip to the page
      </a>
      <Navigation home={home} sections={sections} />
      <main id="main" tabIndex={-1}>
        {Page === undefined ? <p>There is no page “{pageName.value}” here.</p> : <Page />}
      </main>
    </div>
  );
}
