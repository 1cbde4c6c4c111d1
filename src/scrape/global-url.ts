/** How this server is reached. */
export interface OwnAddress {
  readonly listenPort: number;
  /** `https://monitor.example:9090` */
  readonly externalUrl: string;
}

/**
 * A target's URL for people on other machines: `localhost` there is another one. For this server's own
 * port it is the external address; for others on this machine the best guess is the external host.
 */
export function globalUrl(url: string, own: OwnAddress): string {
  const found = /^([a-z]+):\/\/(localhost|127\.0\.0\.1|\[::1\])(?::(\d+))?(?=[/?#]|$)/.exec(url);
  if (found === null || !URL.canParse(own.externalUrl)) return url;
  const [start, scheme, , port] = found;
  const rest = url.slice(start.length);
  const external = new URL(own.externalUrl);
  if (port === String(own.listenPort)) return `${external.origin}${rest}`;
  const shownPort = port === undefined ? "" : `:${port}`;
  return `${scheme}://${external.hostname}${shownPort}${rest}`;
}
