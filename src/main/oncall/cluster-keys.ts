import { hasReason, type Live } from "#api";
import { type Secret, secret } from "#api/core/v1";
import type { Client } from "#client";
import { generateWebPushKey, openWebPushKeys, systemRandom } from "#host";
import { linkKeyBytes, type OnCallKeys } from "./on-call-keys.ts";
import { onCallNamespace } from "./secret-records.ts";

const key = { namespace: onCallNamespace, name: "wherry-oncall-keys" };

/** The keys that all replicas share: a link leads to whichever of them is asked. */
export async function openClusterKeys(client: Client, signal: AbortSignal): Promise<OnCallKeys> {
  const secrets = client.of(secret);
  const { data = {} } = (await secrets.find(key, signal)) ?? (await makeKeys(client, signal));
  const links = bytesOf(data["links"] ?? "");
  if (links.length !== linkKeyBytes) {
    throw new Error(`links of the secret ${key.namespace}/${key.name} is no key of 32 bytes`);
  }
  return {
    links,
    webPush: openWebPushKeys(new TextDecoder().decode(bytesOf(data["webPush"] ?? ""))),
  };
}

async function makeKeys(client: Client, signal: AbortSignal): Promise<Live<Secret>> {
  const links = btoa(String.fromCharCode(...systemRandom.bytes(linkKeyBytes)));
  const made: Secret = {
    metadata: { ...key, labels: { "oncall.wherry.dev/part": "keys" } },
    type: "oncall.wherry.dev/keys",
    data: { links, webPush: btoa(generateWebPushKey()) },
  };
  try {
    return await client.of(secret).create(made, {}, signal);
  } catch (error) {
    // Another replica was faster; its keys are ours.
    if (!hasReason(error, "AlreadyExists")) throw error;
    return client.of(secret).get(key, signal);
  }
}

function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}
