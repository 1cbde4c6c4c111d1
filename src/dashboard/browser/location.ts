/** Which page is shown, kept in step with the browser's address. */
import { computed, signal } from "@preact/signals";

interface Place {
  readonly path: string;
  readonly search: string;
}

/** Everything is served below this path; pages lie one level deep. */
const base = globalThis.location.pathname.replace(/\/[^/]*$/, "");
const place = signal<Place>(currentPlace());

globalThis.addEventListener("popstate", () => {
  place.value = currentPlace();
});

/** The page's name: `query`, `alerts`, … */
export const pageName = computed(() => place.value.path);
/** The address' query, with its question mark. */
export const search = computed(() => place.value.search);

/** The address of a page, for links that also work in a new tab. */
export function hrefOf(page: string, query = ""): string {
  return `${base}/${page}${query === "" ? "" : `?${query}`}`;
}

/** Goes to a page as following its link would. */
export function goTo(page: string, query = ""): void {
  globalThis.history.pushState(undefined, "", hrefOf(page, query));
  place.value = currentPlace();
  globalThis.scrollTo(0, 0);
}

/** Changes the query of the address in place: the page says what it shows, without a new entry. */
export function replaceSearch(query: string): void {
  globalThis.history.replaceState(undefined, "", hrefOf(place.value.path, query));
  place.value = currentPlace();
}

function currentPlace(): Place {
  const { pathname, search: query } = globalThis.location;
  return { path: pathname.slice(base.length + 1), search: query };
}
