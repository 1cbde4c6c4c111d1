/** What an installation signs links and web pushes with: made once, and kept. */
import { generateWebPushKey, openWebPushKeys, realDisk, systemRandom } from "#host";
import type { WebPushCrypto } from "#oncall";

export interface OnCallKeys {
  /** Of the links in pages. */
  readonly links: Uint8Array;
  readonly webPush: WebPushCrypto;
}

export const linkKeyBytes = 32;

/** The keys in a directory, which are made when they are absent. */
export async function openFileKeys(directory: string): Promise<OnCallKeys> {
  const linkPath = `${directory}/link.key`;
  const pushPath = `${directory}/web-push.pem`;
  const links = (await realDisk.findFile(linkPath)) ?? systemRandom.bytes(linkKeyBytes);
  if (links.length !== linkKeyBytes) throw new Error(`${linkPath} is no key of 32 bytes`);
  await realDisk.replaceFile(linkPath, links, { mode: 0o600 });
  const known = await realDisk.findFile(pushPath);
  const pem = known === undefined ? generateWebPushKey() : new TextDecoder().decode(known);
  await realDisk.replaceFile(pushPath, pem, { mode: 0o600 });
  return { links, webPush: openWebPushKeys(pem) };
}
