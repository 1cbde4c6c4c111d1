/**
 * Who may use the API, and as whom:
 *
 *   a name that the surroundings have verified     that person, when there is one of that name; else,
 *                                                  where that alone lets in, somebody who acts for others
 *   `Authorization: Bearer` with a person's token  that person
 *   the cookie of a session                        the person who signed in
 *   `Authorization: Bearer` with the API's token   a program, which may say for whom it acts
 *   nothing, while nobody has a token              anybody, who may say who they are
 *
 * Everybody else is refused, and so is whatever a page of another site sends.
 */
import type { ReceivedRequest } from "#base";
import { findHeader } from "#http";
import { areEqualSecrets } from "../deliver/equal-secrets.ts";
import type { SignedLinks } from "../deliver/signed-links.ts";
import type { OnCall } from "../engine/on-call.ts";
import { RefusedError } from "../incident/decide.ts";
import { dayMs } from "../schedule/wall-clock.ts";

/** What is asked for at the door, as configured now. */
export interface Credentials {
  /** Of the API as a whole; empty when there is none. */
  readonly apiToken: string;
  /** By user; those who have one prove by it who they are. */
  readonly userTokens: ReadonlyMap<string, string>;
}

export interface AccessDeps {
  readonly onCall: OnCall;
  readonly links: SignedLinks;
  readonly credentials: () => Credentials;
  /** What the surroundings have verified; undefined when they ask nobody. */
  readonly identityOf: (request: ReceivedRequest) => Identity | undefined;
}

/** Who sends a request, by somebody else's word. */
export interface Identity {
  readonly name: string;
  /** Whether they may use the API without any token of ours. */
  readonly isLetIn: boolean;
}

/** Who sends a request, as far as it proves it. */
export type Caller =
  | { readonly kind: "person"; readonly user: string }
  /** It may say for whom it acts. */
  | { readonly kind: "program"; readonly name: string | undefined }
  | { readonly kind: "anybody" };

const sessionMs = 30 * dayMs;
const cookieName = "wherry-oncall";

export class Access {
  readonly #deps: AccessDeps;

  constructor(deps: AccessDeps) {
    this.#deps = deps;
  }

  /** Undefined for those who may do nothing here. */
  callerOf(request: ReceivedRequest): Caller | undefined {
    const { apiToken, userTokens } = this.#deps.credentials();
    const identity = this.#deps.identityOf(request);
    const user =
      this.#knownUser(identity?.name) ??
      this.#ownerOf(bearerOf(request)) ??
      this.#knownUser(this.#sessionOf(request));
    if (user !== undefined) return { kind: "person", user };
    if (identity?.isLetIn === true) return { kind: "program", name: identity.name };
    if (apiToken === "" && userTokens.size === 0) return { kind: "anybody" };
    return isSecret(apiToken, bearerOf(request)) ? { kind: "program", name: undefined } : undefined;
  }

  /**
   * Begins a session: of the owner of a token, or with the API's token of the user who is named.
   * The cookie names no path, so that browsers keep it for the API alone, wherever that lies.
   */
  signIn(token: string, name: string): { readonly user: string; readonly cookie: string } {
    const user = this.#ownerOf(token) ?? (this.#isApiToken(token) ? name : undefined);
    if (user === undefined) throw new RefusedError("unauthorized", "nobody has this token");
    if (this.#knownUser(user) === undefined) {
      throw new RefusedError(
        "not found",
        name === "" ? "say who you are" : `there is no user ${name}`,
      );
    }
    const expiresAtMs = this.#deps.onCall.nowMs() + sessionMs;
    const signed = `${user}.${expiresAtMs}`;
    const value = `${signed}.${this.#signatureOf(signed, token)}`;
    return { user, cookie: this.#cookie(value, sessionMs / 1000) };
  }

  /** The cookie that ends a session. */
  signOut(): string {
    return this.#cookie("", 0);
  }

  #cookie(value: string, seconds: number): string {
    const secure = this.#deps.links.isSecure ? "; Secure" : "";
    return `${cookieName}=${value}; Max-Age=${seconds}; HttpOnly; SameSite=Strict${secure}`;
  }

  /** Whose session it is. It ends with the token by which it began. */
  #sessionOf({ headers }: ReceivedRequest): string | undefined {
    const cookies = (findHeader(headers, "cookie") ?? "").split(/; */);
    const value = cookies.find((one) => one.startsWith(`${cookieName}=`)) ?? "";
    const [signature = "", expiry = "", ...name] = value
      .slice(cookieName.length + 1)
      .split(".")
      .toReversed();
    const user = name.toReversed().join(".");
    if (!(Number(expiry) > this.#deps.onCall.nowMs())) return undefined;
    const { apiToken, userTokens } = this.#deps.credentials();
    const tokens = [userTokens.get(user) ?? "", apiToken].filter((token) => token !== "");
    const wanted = tokens.map((token) => this.#signatureOf(`${user}.${expiry}`, token));
    return wanted.some((one) => areEqualSecrets(one, signature)) ? user : undefined;
  }

  #signatureOf(value: string, token: string): string {
    return this.#deps.links.signatureOf(`session ${JSON.stringify([value, token])}`);
  }

  /** Whose token it is. All of them are compared, so that the time tells nothing. */
  #ownerOf(token: string): string | undefined {
    const owners = [...this.#deps.credentials().userTokens].filter(([, one]) =>
      isSecret(one, token),
    );
    return this.#knownUser(owners[0]?.[0]);
  }

  #isApiToken(token: string): boolean {
    return isSecret(this.#deps.credentials().apiToken, token);
  }

  #knownUser(name: string | undefined): string | undefined {
    return name !== undefined && this.#deps.onCall.roster().users.has(name) ? name : undefined;
  }
}

function isSecret(secret: string, given: string): boolean {
  return secret !== "" && areEqualSecrets(secret, given);
}

/** Empty without one. */
function bearerOf({ headers }: ReceivedRequest): string {
  return /^Bearer (.+)$/i.exec(findHeader(headers, "authorization") ?? "")?.[1] ?? "";
}
