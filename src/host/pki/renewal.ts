import type { Validity } from "./certificate.ts";

/** Certificates are renewed after this part of their life, so that a third is left to try again. */
const renewalPart = 2 / 3;

/** When a certificate is to be renewed. */
export function renewalAtMs({ notBeforeMs, notAfterMs }: Validity): number {
  return notBeforeMs + (notAfterMs - notBeforeMs) * renewalPart;
}

/** Whether a certificate is to be renewed now; one from the future (a clock that jumped) is, too. */
export function isRenewalDue(validity: Validity, nowMs: number): boolean {
  return nowMs >= renewalAtMs(validity) || nowMs < validity.notBeforeMs;
}
