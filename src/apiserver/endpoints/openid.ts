/** What others need to verify service-account tokens (OpenID Connect Discovery 1.0). */

import type { HttpResponse } from "#base";
import { bytesResponse } from "../respond/render.ts";
import type { TokenIssuer } from "../token-issuer.ts";
import type { EndpointTable } from "./endpoints.ts";

const keysPath = "/openid/v1/jwks";
const cacheControl = "public, max-age=3600";

/** `serverUrl`: where clients reach the server. */
export function addOpenId(table: EndpointTable, tokens: TokenIssuer, serverUrl: string): void {
  const { issuer, publicKeys } = tokens;
  const algorithms = [...new Set(publicKeys.map(({ alg }) => alg))];
  const configuration = jsonResponse("application/json", {
    issuer,
    jwks_uri: serverUrl + keysPath,
    response_types_supported: ["id_token"],
    subject_types_supported: ["public"],
    id_token_signing_alg_values_supported: algorithms,
  });
  const keys = jsonResponse("application/jwk-set+json", { keys: publicKeys });
  table.add("/.well-known/openid-configuration", () => configuration);
  table.add(keysPath, () => keys);
}

function jsonResponse(type: string, value: unknown): HttpResponse {
  const response = bytesResponse(200, type, new TextEncoder().encode(JSON.stringify(value)));
  return { ...response, headers: { ...response.headers, "cache-control": cacheControl } };
}
