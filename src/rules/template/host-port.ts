/** Addresses as Go's `net` package takes them apart. */

/** The parts of `host:port`, `[::1]:port` or `host%zone:port`; undefined when it has no port. */
export function splitHostPort(
  address: string,
): { readonly host: string; readonly port: string } | undefined {
  const bracketed = /^\[([^[\]]*)\]:([^:[\]]*)$/.exec(address);
  const plain = bracketed ?? /^([^:[\]]*):([^:[\]]*)$/.exec(address);
  return plain === null ? undefined : { host: plain[1] ?? "", port: plain[2] ?? "" };
}

export function joinHostPort(host: string, port: string): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Whether it is an IPv4 or IPv6 address rather than a name. */
export function isIpAddress(host: string): boolean {
  if (host.includes(":")) return /^[0-9a-fA-F:.]+$/.test(host) && URL.canParse(`http://[${host}]/`);
  const parts = host.split(".");
  return (
    parts.length === 4 &&
    parts.every((part) => /^(?:0|[1-9][0-9]{0,2})$/.test(part) && Number(part) <= 255)
  );
}
