import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";

/** What a name in the file is in the cluster, where neither `_` nor capitals may be. */
export function objectNameOf(name: string): string {
  return name
    .toLowerCase()
    .replace(/[_.]/g, "-")
    .replace(/^-+|-+$/g, "");
}

/** Whether a Service, and so a DNS name, may be called that. */
export function isServiceName(name: string): boolean {
  return /^[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?$/.test(name);
}

export function isHostName(name: string): boolean {
  return /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/.test(name);
}

export function isObjectName(name: string): boolean {
  return /^[a-z0-9](?:[-.a-z0-9]{0,251}[a-z0-9])?$/.test(name);
}

export function isLabelValue(value: string): boolean {
  return /^(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/.test(value);
}

/** Whether labels and annotations may have the key. */
export function isQualifiedName(key: string): boolean {
  const [name = "", prefix, ...more] = key.split("/").reverse();
  const isPrefix = prefix === undefined || (prefix.length <= 253 && isObjectName(prefix));
  return more.length === 0 && isPrefix && name !== "" && isLabelValue(name);
}

/** Whether ConfigMaps and Secrets may have the key. */
export function isConfigKey(key: string): boolean {
  return /^[-._a-zA-Z0-9]{1,253}$/.test(key) && key !== "." && !key.startsWith("..");
}

/** A short name for content: the same for the same, another one for any other. */
export function contentHash(content: string | Uint8Array): string {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  return bytesToHex(sha256(bytes).subarray(0, 5));
}

/** `name-suffix`, the name shortened where both would be too long. */
export function suffixedName(name: string, suffix: string, lengthMax = 63): string {
  const kept = name.slice(0, lengthMax - suffix.length - 1).replace(/[-.]+$/, "");
  return kept === "" ? suffix : `${kept}-${suffix}`;
}
