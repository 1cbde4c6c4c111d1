import { serverVersion } from "#api";
import { bytesResponse } from "../respond/render.ts";
import type { EndpointTable } from "./endpoints.ts";

/** `GET /version`. */
export function addVersion(table: EndpointTable, facts: Parameters<typeof serverVersion>[0]): void {
  const text = JSON.stringify(serverVersion(facts), undefined, 2);
  const body = new TextEncoder().encode(text);
  table.add("/version", () => bytesResponse(200, "application/json", body));
}
