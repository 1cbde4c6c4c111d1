/**
 * Who may do what, by client certificate alone: the cluster's owner and its nodes everything, nobody
 * else anything. Service-account tokens and RBAC replace it.
 */
import { StatusError } from "#api";
import { adminGroup, type Authenticator, type Authorizer, userOf } from "#apiserver";

const authenticatedGroup = "system:authenticated";
const nodeGroup = "system:nodes";

export const certificateAuthenticator: Authenticator = {
  async authenticate({ peer }) {
    const { certificate } = peer;
    if (certificate === undefined) {
      throw new StatusError("Unauthorized", "Unauthorized", { details: {} });
    }
    return userOf(certificate.commonName, ...certificate.organizations, authenticatedGroup);
  },
};

export const ownerAuthorizer: Authorizer = {
  async authorize({ groups }) {
    return { allowed: groups.includes(adminGroup) || groups.includes(nodeGroup), reason: "" };
  },
};
