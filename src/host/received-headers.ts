import type { OutgoingHttpHeaders } from "node:http";
import type { Headers } from "#base";

/**
 * Headers from Node's list of alternating names and values. Repeated headers keep their values apart,
 * which Node's own table joins by commas: group names of `Impersonate-Group` may hold commas. The
 * table has no prototype. HTTP/2's `:authority` becomes `host`; its other pseudo headers are left out.
 */
export function receivedHeaders(raw: readonly string[]): Headers {
  const headers: Record<string, string | string[]> = Object.create(null);
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = nameOf(raw[index] ?? "");
    const value = raw[index + 1] ?? "";
    if (name === undefined) continue;
    const known = headers[name];
    if (known === undefined) headers[name] = value;
    else if (typeof known === "string") headers[name] = [known, value];
    else known.push(value);
  }
  return headers;
}

function nameOf(raw: string): string | undefined {
  if (!raw.startsWith(":")) return raw.toLowerCase();
  return raw === ":authority" ? "host" : undefined;
}

/** Headers as Node sends them: those without a value left out. */
export function sentHeaders(headers: Headers): OutgoingHttpHeaders {
  const sent: OutgoingHttpHeaders = Object.create(null);
  for (const name of Object.keys(headers)) {
    const value = headers[name];
    if (value !== undefined) sent[name] = typeof value === "string" ? value : [...value];
  }
  return sent;
}
