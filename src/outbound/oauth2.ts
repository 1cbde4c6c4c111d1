import type { Clock, HttpResponse } from "#base";
import type { Oauth2Config } from "#promconfig";
import { readBody } from "./body.ts";
import { type FileReader, readSecret } from "./file-secrets.ts";
import type { OutboundRequest } from "./request.ts";

/** A token is renewed this long before it ends, as Go's client does. */
const earlyMs = 10_000;

const answerBytesMax = 1024 * 1024;

export interface TokenDeps {
  readonly clock: Clock;
  readonly disk: FileReader;
  readonly send: (request: OutboundRequest, signal: AbortSignal) => Promise<HttpResponse>;
}

interface Token {
  readonly header: string;
  readonly secret: string;
  /** Of the clock that never jumps. */
  readonly expiresAtMs: number;
}

/** Tokens by the client credentials grant, each used until shortly before it ends. */
export class TokenSource {
  readonly #deps: TokenDeps;
  readonly #config: Oauth2Config;
  #token: Token | undefined;

  constructor(deps: TokenDeps, config: Oauth2Config) {
    this.#deps = deps;
    this.#config = config;
  }

  /** The value of the `Authorization` header. */
  async header(signal: AbortSignal): Promise<string> {
    const { clientSecret, clientSecretFile } = this.#config;
    const source = { text: clientSecret, file: clientSecretFile };
    const secret = await readSecret(this.#deps.disk, source);
    const known = this.#token;
    const nowMs = this.#deps.clock.elapsedMs();
    if (known !== undefined && known.secret === secret && nowMs < known.expiresAtMs - earlyMs) {
      return known.header;
    }
    const token = await this.#fetch(secret, signal);
    this.#token = token;
    return token.header;
  }

  async #fetch(secret: string, signal: AbortSignal): Promise<Token> {
    const startedAtMs = this.#deps.clock.elapsedMs();
    const response = await this.#deps.send(tokenRequest(this.#config, secret), signal);
    const bytes = await readBody(response, { bytesMax: answerBytesMax });
    const text = new TextDecoder().decode(bytes);
    if (response.status < 200 || response.status > 299) {
      throw new Error(`oauth2: cannot fetch token: ${response.status}\nResponse: ${text}`);
    }
    const { accessToken, tokenType, lifeMs } = readToken(text);
    return { header: `${tokenType} ${accessToken}`, secret, expiresAtMs: startedAtMs + lifeMs };
  }
}

function tokenRequest(config: Oauth2Config, secret: string): OutboundRequest {
  const form = new URLSearchParams([["grant_type", "client_credentials"]]);
  if (config.scopes.length > 0) form.append("scope", config.scopes.join(" "));
  for (const [name, value] of config.endpointParams) form.append(name, value);
  const credentials = `${encodeURIComponent(config.clientId)}:${encodeURIComponent(secret)}`;
  return {
    method: "POST",
    url: config.tokenUrl,
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      authorization: `Basic ${btoa(credentials)}`,
    },
    body: new TextEncoder().encode(form.toString()),
    unixPath: undefined,
  };
}

function readToken(text: string): {
  readonly accessToken: string;
  readonly tokenType: string;
  readonly lifeMs: number;
} {
  const answer: unknown = JSON.parse(text);
  const member = (name: string): unknown =>
    typeof answer === "object" && answer !== null && Object.hasOwn(answer, name)
      ? Reflect.get(answer, name)
      : undefined;
  const accessToken = member("access_token");
  if (typeof accessToken !== "string" || accessToken === "") {
    throw new Error("oauth2: server response missing access_token");
  }
  const type = member("token_type");
  const seconds = Number(member("expires_in"));
  return {
    accessToken,
    tokenType: typeof type !== "string" || /^bearer$/i.test(type) || type === "" ? "Bearer" : type,
    // Without an end it is good for as long as the server takes it.
    lifeMs: Number.isFinite(seconds) && seconds > 0 ? seconds * 1_000 : Number.MAX_SAFE_INTEGER,
  };
}
