/**
 * What went wrong on the way to a server, in the words of Go's network packages: people know these
 * from the targets page, and alerts and runbooks quote them.
 */
export function describeNetworkFailure(error: unknown, target: string): string {
  const { code, message, hostname } = innermost(error);
  const known = code === undefined ? undefined : systemErrors[code];
  if (known !== undefined) return known(target, hostname);
  const tls = code === undefined ? undefined : tlsErrors[code];
  if (tls !== undefined) return `tls: failed to verify certificate: x509: ${tls}`;
  if (/packet length too long|wrong version number|http request/i.test(message)) {
    return "http: server gave HTTP response to HTTPS client";
  }
  return message;
}

type Describe = (target: string, hostname: string) => string;

const systemErrors: Readonly<Record<string, Describe | undefined>> = {
  ECONNREFUSED: (target) => `dial tcp ${target}: connect: connection refused`,
  EHOSTUNREACH: (target) => `dial tcp ${target}: connect: no route to host`,
  ENETUNREACH: (target) => `dial tcp ${target}: connect: network is unreachable`,
  ETIMEDOUT: (target) => `dial tcp ${target}: i/o timeout`,
  EACCES: (target) => `dial ${target}: connect: permission denied`,
  ENOENT: (target) => `dial unix ${target}: connect: no such file or directory`,
  ENOTFOUND: (_target, hostname) => `dial tcp: lookup ${hostname}: no such host`,
  EAI_AGAIN: (_target, hostname) => `dial tcp: lookup ${hostname}: server misbehaving`,
  ECONNRESET: (target) => `read tcp ${target}: read: connection reset by peer`,
  EPIPE: (target) => `write tcp ${target}: write: broken pipe`,
};

const tlsErrors: Readonly<Record<string, string | undefined>> = {
  CERT_HAS_EXPIRED: "certificate has expired or is not yet valid",
  CERT_NOT_YET_VALID: "certificate has expired or is not yet valid",
  DEPTH_ZERO_SELF_SIGNED_CERT: "certificate signed by unknown authority",
  SELF_SIGNED_CERT_IN_CHAIN: "certificate signed by unknown authority",
  UNABLE_TO_GET_ISSUER_CERT: "certificate signed by unknown authority",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "certificate signed by unknown authority",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "certificate signed by unknown authority",
  ERR_TLS_CERT_ALTNAME_INVALID: "certificate is not valid for the name that was asked for",
};

interface Facts {
  readonly code: string | undefined;
  readonly message: string;
  readonly hostname: string;
}

/** The facts of the error that caused all others. */
function innermost(error: unknown): Facts {
  if (!(error instanceof Error)) {
    return { code: undefined, message: String(error), hostname: "" };
  }
  if (error.cause instanceof Error) return innermost(error.cause);
  const code = "code" in error && typeof error.code === "string" ? error.code : undefined;
  const hostname = "hostname" in error ? String(error.hostname) : "";
  return { code, message: error.message, hostname };
}
