/** Signs service-account tokens. */
export interface TokenIssuer {
  issue(request: TokenClaims, signal: AbortSignal): Promise<IssuedToken>;
  /** What tokens are good for that ask for no audience. */
  readonly defaultAudiences: readonly string[];
  /** URL that the tokens name as their source, and below which it publishes its keys. */
  readonly issuer: string;
  /** What others verify tokens with. */
  readonly publicKeys: readonly PublicKey[];
}

/** A public key as JSON Web Key (RFC 7517). */
export type PublicKey = Readonly<Record<string, string>>;

export interface TokenClaims {
  readonly namespace: string;
  readonly serviceAccount: BoundObject;
  /** The token dies with this object. */
  readonly boundTo: (BoundObject & { readonly kind: "Pod" | "Secret" | "Node" }) | undefined;
  /** The node on which the bound pod runs. */
  readonly node: BoundObject | undefined;
  readonly audiences: readonly string[];
  readonly expirationSeconds: number;
}

export interface BoundObject {
  readonly name: string;
  readonly uid: string;
}

export interface IssuedToken {
  readonly token: string;
  readonly expiresAtMs: number;
}
