/** What becomes of an attribute of the Compose file. */
export type Fate =
  /** Fully honoured. */
  | { readonly kind: "mapped"; readonly to: string }
  /** Honoured, or lost, or refused, as its value allows; the conversion says which. */
  | { readonly kind: "by value"; readonly to: string; readonly except: string }
  | { readonly kind: "ignored" | "refused"; readonly reason: string };

export function mapped(to: string): Fate {
  return { kind: "mapped", to };
}

export function byValue(to: string, except: string): Fate {
  return { kind: "by value", to, except };
}

export function ignored(reason: string): Fate {
  return { kind: "ignored", reason };
}

export function refused(reason: string): Fate {
  return { kind: "refused", reason };
}
