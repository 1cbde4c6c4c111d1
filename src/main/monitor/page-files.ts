import type { Disk } from "#base";
import type { PageFiles } from "#promapi";

const contentTypes: ReadonlyMap<string, string> = new Map([
  [".html", "text/html; charset=utf-8"],
  [".js", "text/javascript; charset=utf-8"],
  [".css", "text/css; charset=utf-8"],
  [".svg", "image/svg+xml"],
  [".png", "image/png"],
  [".webmanifest", "application/manifest+json"],
]);

/** What the pages may load: only their own files, and the data that they ask for. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'self'",
].join("; ");

export interface PageOptions {
  /** Where the built pages are. */
  readonly directory: string;
  /** What the browser's tab says. */
  readonly title: string;
}

export function pageFilesIn(
  disk: Pick<Disk, "findFile">,
  { directory, title }: PageOptions,
): PageFiles {
  return {
    async find(path) {
      const name = path.split("/").at(-1) ?? "";
      const type = contentTypes.get(name.slice(name.lastIndexOf(".")));
      // Names are those that the bundler makes: nothing else is looked for, so nothing else is found.
      if (type === undefined || !/^(?:assets\/)?[\w-]+\.[a-z]+$/i.test(path)) return undefined;
      const built = await disk.findFile(`${directory}/${path}`);
      if (built === undefined) return undefined;
      const body = path.endsWith(".html") ? titled(built, title) : built;
      return { contentType: type, body, headers: headersOf(path, body.length) };
    },
  };
}

/** The page under another title, which is also there for its script to read. */
function titled(built: Uint8Array, title: string): Uint8Array {
  const safe = title.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
  const page = new TextDecoder()
    .decode(built)
    .replace(/<title>[^<]*<\/title>/, () => `<title>${safe}</title>`)
    .replace(
      /<meta name="application-name" content="[^"]*">/,
      () => `<meta name="application-name" content="${safe}">`,
    );
  return new TextEncoder().encode(page);
}

function headersOf(path: string, bytes: number) {
  const headers = { "content-length": String(bytes), "x-content-type-options": "nosniff" };
  if (path.endsWith(".html")) {
    return { ...headers, "cache-control": "no-cache", "content-security-policy": policy };
  }
  // The names of assets change with their content.
  const isAsset = path.startsWith("assets/");
  return {
    ...headers,
    "cache-control": isAsset ? "public, max-age=31536000, immutable" : "no-cache",
  };
}
