import { createPrivateKey, createPublicKey, generateKeyPair, type KeyObject } from "node:crypto";
import { promisify } from "node:util";
import type { Disk } from "#base";
import { createTokenKeys, type TokenKeys } from "../token-keys.ts";

const newKeyPair = promisify(generateKeyPair);

/**
 * Opens the key that signs service-account tokens, kept in the file `path`; the first time makes one
 * for ES256. Keys in `path` after the first, from before a rotation, still verify.
 */
export async function openServiceAccountKeys(disk: Disk, path: string): Promise<TokenKeys> {
  const kept = await disk.findFile(path);
  const pem = kept === undefined ? await makeKey(disk, path) : new TextDecoder().decode(kept);
  const [signing, ...earlier] = privateKeysIn(pem);
  if (signing === undefined) throw new Error(`${path} holds no private key`);
  return createTokenKeys(signing, earlier.map(createPublicKey));
}

async function makeKey(disk: Disk, path: string): Promise<string> {
  const { privateKey } = await newKeyPair("ec", { namedCurve: "P-256" });
  const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  await disk.replaceFile(path, pem);
  return pem;
}

function privateKeysIn(pem: string): readonly KeyObject[] {
  const blocks = pem.match(/-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]*-----END [A-Z ]*-----/g) ?? [];
  return blocks.map((block) => createPrivateKey(block));
}
