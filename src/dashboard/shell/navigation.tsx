import { useSignal } from "@preact/signals";
import { goTo, hrefOf, pageName } from "../browser/location.ts";
import { type Theme, theme, zone } from "../browser/preferences.ts";

export interface Section {
  readonly title: string;
  readonly pages: readonly (readonly [path: string, title: string])[];
}

const themes: readonly (readonly [Theme, string])[] = [
  ["auto", "System"],
  ["light", "Light"],
  ["dark", "Dark"],
];

/** The list of pages: beside the page, or behind a button where the screen is narrow. */
export function Navigation({
  home,
  sections,
}: {
  readonly home: string;
  readonly sections: readonly Section[];
}) {
  const isOpen = useSignal(false);
  return (
    <header class={`navigation ${isOpen.value ? "open" : ""}`}>
      <div class="brand">
        <PageLink path={home} onGo={() => (isOpen.value = false)}>
          <img src="./favicon.svg" alt="" width="24" height="24" />
          <strong>Wherry</strong>
        </PageLink>
        <button
          class="menu"
          type="button"
          aria-expanded={isOpen.value}
          aria-controls="pages"
          onClick={() => (isOpen.value = !isOpen.value)}
        >
          Menu
        </button>
      </div>
      <nav id="pages" aria-label="Pages">
        {sections.map(({ title, pages }) => (
          <section key={title}>
            <h2>{title}</h2>
            <ul>
              {pages.map(([path, text]) => (
                <li key={path}>
                  <PageLink path={path} onGo={() => (isOpen.value = false)}>
                    {text}
                  </PageLink>
                </li>
              ))}
            </ul>
          </section>
        ))}
        <Settings />
      </nav>
    </header>
  );
}

function PageLink({
  path,
  children,
  onGo,
}: {
  readonly path: string;
  readonly children: preact.ComponentChildren;
  readonly onGo: () => void;
}) {
  const follow = (event: MouseEvent) => {
    // With a key held, the browser opens another tab or window.
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    onGo();
    goTo(path);
  };
  const current = pageName.value === path ? { "aria-current": "page" as const } : {};
  return (
    <a href={hrefOf(path)} onClick={follow} {...current}>
      {children}
    </a>
  );
}

function Settings() {
  return (
    <section class="settings">
      <h2>Settings</h2>
      <label>
        Theme
        <select
          value={theme.value}
          onChange={({ currentTarget }) => {
            theme.value = themes.find(([name]) => name === currentTarget.value)?.[0] ?? "auto";
          }}
        >
          {themes.map(([name, text]) => (
            <option key={name} value={name}>
              {text}
            </option>
          ))}
        </select>
      </label>
      <label>
        Times
        <select
          value={zone.value}
          onChange={({ currentTarget }) => {
            zone.value = currentTarget.value === "local" ? "local" : "utc";
          }}
        >
          <option value="utc">UTC</option>
          <option value="local">Local</option>
        </select>
      </label>
    </section>
  );
}
