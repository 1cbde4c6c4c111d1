/** Which proxy a request goes through, if any: what is configured, or what the environment says. */
export interface ProxyOptions {
  readonly proxyUrl: string;
  readonly noProxy: string;
  readonly proxyFromEnvironment: boolean;
}

export type Environment = (name: string) => string | undefined;

/** The proxy for a URL; undefined means the direct way. */
export function findProxy(options: ProxyOptions, url: URL, env: Environment): URL | undefined {
  if (options.proxyFromEnvironment) {
    const proxy =
      url.protocol === "https:" ? variable(env, "HTTPS_PROXY") : variable(env, "HTTP_PROXY");
    return isExempt(url, variable(env, "NO_PROXY")) ? undefined : proxyUrlOf(proxy);
  }
  // Without exceptions everything goes through a configured proxy, also what is on this machine.
  if (options.noProxy !== "" && isExempt(url, options.noProxy)) return undefined;
  return proxyUrlOf(options.proxyUrl);
}

function variable(env: Environment, name: string): string {
  return env(name) ?? env(name.toLowerCase()) ?? "";
}

function proxyUrlOf(text: string): URL | undefined {
  if (text === "") return undefined;
  return new URL(/^[a-zA-Z][a-zA-Z0-9+.-]*:\/\//.test(text) ? text : `http://${text}`);
}

/** By the rules of `NO_PROXY`: hosts with their subdomains, addresses, networks, `*`, all with ports. */
export function isExempt(url: URL, noProxy: string): boolean {
  const host = url.hostname.toLowerCase().replace(/^\[|\]$|\.$/g, "");
  const port = url.port === "" ? (url.protocol === "https:" ? "443" : "80") : url.port;
  if (host === "localhost" || host === "::1" || host.startsWith("127.")) return true;
  return noProxy
    .split(",")
    .map((entry) => entry.trim().toLowerCase())
    .some((entry) => entry !== "" && matchesEntry(entry, host, port));
}

function matchesEntry(entry: string, host: string, port: string): boolean {
  if (entry === "*") return true;
  if (entry.includes("/")) return isInNetwork(host, entry);
  const { name, wantedPort } = splitEntry(entry);
  if (wantedPort !== undefined && wantedPort !== port) return false;
  if (name.startsWith("*.")) return host.endsWith(name.slice(1));
  if (name.startsWith(".")) return host.endsWith(name);
  return host === name || host.endsWith(`.${name}`);
}

function splitEntry(entry: string): { readonly name: string; readonly wantedPort?: string } {
  const [, bracketed, rest = entry] = /^\[(.*)\](.*)$/.exec(entry) ?? [];
  // The colons of an address are no port.
  const isAddress = bracketed === undefined && /:.*:/.test(entry);
  const [, host = "", wantedPort] = (isAddress ? undefined : /^(.*):([0-9]+)$/.exec(rest)) ?? [];
  const name = bracketed ?? (wantedPort === undefined ? entry : host);
  return wantedPort === undefined ? { name } : { name, wantedPort };
}

function isInNetwork(host: string, network: string): boolean {
  const [base = "", lengthText = ""] = network.split("/");
  const address = ipv4Number(host);
  const start = ipv4Number(base);
  const length = Number(lengthText);
  if (address === undefined || start === undefined || !(length >= 0 && length <= 32)) return false;
  const size = 2 ** (32 - length);
  return Math.floor(address / size) === Math.floor(start / size);
}

function ipv4Number(text: string): number | undefined {
  if (!/^\d{1,3}(?:\.\d{1,3}){3}$/.test(text)) return undefined;
  return text.split(".").reduce((number, part) => number * 256 + Number(part), 0);
}
