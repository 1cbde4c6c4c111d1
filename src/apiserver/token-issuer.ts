/** Signs service-account tokens. */
export interface TokenIssuer {
  issue(request: TokenClaims, signal: AbortSignal): Promise<IssuedToken>;
  /** What tokens are good for that ask for no audience. */
  readonly defaultAudiences: readonly string[];
}

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
