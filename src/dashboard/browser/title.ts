/** Sets what the browser's tab says: the page, and the name that the server was given. */
export function setTitle(page: string): void {
  const { document } = globalThis;
  const name = document.querySelector<HTMLMetaElement>('meta[name="application-name"]');
  document.title = `${page} – ${name?.content ?? "Wherry"}`;
}
