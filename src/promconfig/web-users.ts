import { compare } from "bcryptjs";
import type { WebConfig } from "./web-config.ts";

/** Compared with when nobody of the name is known, so that the time taken does not tell. */
const nobodysHash = "$2b$10$..nwrCbNsiAc9A39L/wg/.X0zWQsoc1q9zBdaKPwi08fwm/K/pzLi";

/** How many answers are remembered; a hash takes some ten milliseconds each time. */
const answersMax = 100;

/** Knows who may come in by `basic_auth_users`. */
export class WebUsers {
  readonly #users: WebConfig["users"];
  /** By what was asked. Hashes are part of it, so that a changed password is asked anew. */
  readonly #answers = new Map<string, boolean>();

  constructor(users: WebConfig["users"]) {
    this.#users = users;
  }

  /** Whether an `Authorization` header is good. Without users everybody comes in. */
  async mayEnter(authorization: string | undefined): Promise<boolean> {
    if (this.#users.size === 0) return true;
    const credentials = credentialsOf(authorization);
    if (credentials === undefined) return false;
    const { user, password } = credentials;
    const hash = this.#users.get(user)?.reveal();
    const question = JSON.stringify([user, password, hash ?? ""]);
    const known = this.#answers.get(question);
    if (known !== undefined) return known;
    const fits = await compare(password, (hash ?? nobodysHash).replace(/^\$2y/, "$2b"));
    const answer = fits && hash !== undefined;
    this.#remember(question, answer);
    return answer;
  }

  /** Who a header says it is; undefined without users, where nobody is asked. */
  nameIn(authorization: string | undefined): string | undefined {
    return this.#users.size === 0 ? undefined : credentialsOf(authorization)?.user;
  }

  #remember(question: string, answer: boolean): void {
    const [oldest] = this.#answers.keys();
    if (this.#answers.size >= answersMax && oldest !== undefined) this.#answers.delete(oldest);
    this.#answers.set(question, answer);
  }
}

function credentialsOf(
  authorization: string | undefined,
): { readonly user: string; readonly password: string } | undefined {
  const encoded = /^basic ([A-Za-z0-9+/]+={0,2})$/i.exec(authorization ?? "")?.[1];
  if (encoded === undefined || encoded.length % 4 !== 0) return undefined;
  const bytes = Uint8Array.from(atob(encoded), (character) => character.charCodeAt(0));
  const decoded = new TextDecoder().decode(bytes);
  const colon = decoded.indexOf(":");
  if (colon < 0) return undefined;
  return { user: decoded.slice(0, colon), password: decoded.slice(colon + 1) };
}
