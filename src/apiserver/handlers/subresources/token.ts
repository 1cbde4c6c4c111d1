/** `serviceaccounts/{name}/token`: a token for a service account, bound to what it is for. */

import {
  asJsonObject,
  badRequest,
  conflict,
  formatTime,
  invalid,
  notFound,
  type ObjectKey,
  type StatusError,
} from "#api";
import { type TokenRequest, tokenRequest } from "#api/authentication/v1";
import { node, pod, secret } from "#api/core/v1";
import { mutateAll, validateAll } from "../../admission.ts";
import { decodedAs } from "../../objects/decode-stored.ts";
import { metadataOf } from "../../objects/metadata.ts";
import type { StoredObject } from "../../objects/stored-object.ts";
import { decodeBody } from "../../request/body.ts";
import type { Handler, ServerParts } from "../../request/request-context.ts";
import { parseWriteOptions } from "../../request/write-options.ts";
import type { BoundObject, TokenClaims } from "../../token-issuer.ts";
import { admissionRequest } from "../admission-request.ts";

const expirationDefaultSeconds = 3_600;
const expirationMinSeconds = 600;
const expirationMaxSeconds = 2 ** 32;

export const createToken: Handler = async (parts, context) => {
  const { request, resource, target, signal } = context;
  const options = parseWriteOptions(target.query, "CreateOptions");
  const { object: sent } = await decodeBody(request, tokenRequest, options.fieldValidation, "any");
  const facts = {
    operation: "CREATE",
    key: target,
    oldObject: undefined,
    kind: tokenRequest,
    dryRun: options.dryRun,
  } as const;
  const asked = admissionRequest(context, { ...facts, object: sent });
  const object = (await mutateAll(parts.admission, asked, signal)) ?? sent;
  await validateAll(parts.admission, admissionRequest(context, { ...facts, object }), signal);

  const account = await parts.reader.get(resource, target);
  const wanted = decodedAs(tokenRequest, object);
  const expirationSeconds = wanted.spec?.expirationSeconds ?? expirationDefaultSeconds;
  checkExpiration(target, expirationSeconds);
  const claims = await claimsOf(parts, account, wanted, expirationSeconds);
  const issued = await parts.tokens.issue(claims, signal);
  const { name, namespace } = target;
  const value = asJsonObject({
    kind: "TokenRequest",
    apiVersion: "authentication.k8s.io/v1",
    metadata: { name, namespace, creationTimestamp: formatTime(parts.clock.nowMs()) },
    spec: { ...wanted.spec, audiences: claims.audiences, expirationSeconds },
    status: { token: issued.token, expirationTimestamp: formatTime(issued.expiresAtMs) },
  });
  return { kind: "value", status: 201, schema: tokenRequest, value };
};

async function claimsOf(
  parts: ServerParts,
  account: StoredObject,
  { spec }: TokenRequest,
  expirationSeconds: number,
): Promise<TokenClaims> {
  const audiences = spec?.audiences ?? [];
  const bound = await findBound(parts, account, spec?.boundObjectRef);
  return {
    namespace: account.key.namespace,
    serviceAccount: identityOf(account),
    boundTo: bound?.object,
    node: bound?.node,
    audiences: audiences.length > 0 ? audiences : parts.tokens.defaultAudiences,
    expirationSeconds,
  };
}

const boundKinds = { Pod: pod, Secret: secret, Node: node };

interface Bound {
  readonly object: NonNullable<TokenClaims["boundTo"]>;
  readonly node: BoundObject | undefined;
}

async function findBound(
  parts: ServerParts,
  account: StoredObject,
  reference: NonNullable<TokenRequest["spec"]>["boundObjectRef"],
): Promise<Bound | undefined> {
  if (reference === undefined) return undefined;
  const { kind = "", name = "", uid = "" } = reference;
  if (kind !== "Pod" && kind !== "Secret" && kind !== "Node") {
    throw notFound({ group: "", name: kind }, name);
  }
  const { namespace } = account.key;
  const { reader, catalog } = parts;
  const found = await reader.get(catalog.get(boundKinds[kind]), { namespace, name });
  const identity = identityOf(found);
  if (uid !== "" && uid !== identity.uid) {
    const why = `the UID in the bound object reference (${uid}) does not match the UID in record. The object might have been deleted and then recreated`;
    throw conflict(found.resource.resourceName, name, why);
  }
  const host = kind === "Pod" ? await findHost(parts, account, found) : undefined;
  return { object: { kind, ...identity }, node: host };
}

/** The node on which a bound pod runs. Throws BadRequest for the pod of another account. */
async function findHost(
  { reader, catalog }: ServerParts,
  account: StoredObject,
  bound: StoredObject,
): Promise<BoundObject | undefined> {
  const { spec } = decodedAs(pod, bound.value);
  if (spec?.serviceAccountName !== account.key.name) throw otherAccount(account.key);
  const key = { namespace: "", name: spec.nodeName ?? "" };
  const host = key.name === "" ? undefined : await reader.find(catalog.get(node), key);
  return host === undefined ? undefined : identityOf(host);
}

/** A pod vouches for its own account only. */
function otherAccount({ name }: ObjectKey): StatusError {
  return badRequest(
    `cannot bind token for serviceaccount ${JSON.stringify(name)} to pod running with different serviceaccount name.`,
  );
}

function identityOf({ key, value }: StoredObject): BoundObject {
  return { name: key.name, uid: metadataOf(value).uid ?? "" };
}

function checkExpiration({ name }: ObjectKey, seconds: number): void {
  const why =
    seconds < expirationMinSeconds
      ? "may not specify a duration less than 10 minutes"
      : seconds > expirationMaxSeconds
        ? "may not specify a duration larger than 2^32 seconds"
        : undefined;
  if (why === undefined) return;
  throw invalid({ group: "authentication.k8s.io", name: "TokenRequest" }, name, [
    {
      field: "spec.expirationSeconds",
      reason: "FieldValueInvalid",
      message: `Invalid value: ${seconds}: ${why}`,
    },
  ]);
}
