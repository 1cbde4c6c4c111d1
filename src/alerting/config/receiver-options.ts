/** Types of options that receivers have and others do not. */
import { quoteGo } from "#base";
import {
  bool,
  field,
  optional,
  parsed,
  type Secret,
  shownSecret,
  text,
  url,
  type YamlType,
} from "#promconfig";

/** An address on the web; empty where none was given. */
export const webUrl: YamlType<string> = {
  ...url,
  decode: (node, decoding) => webUrlText.decode(node, decoding),
};

/** One that whoever knows it may send to, so that it is not shown. */
export const secretUrl: YamlType<string> = {
  ...webUrl,
  decode: (node, decoding) =>
    node.kind === "scalar" && node.text === shownSecret
      ? { value: shownSecret }
      : webUrl.decode(node, decoding),
  encode: () => ({ kind: "text", text: shownSecret }),
};

const webUrlText = parsed({
  goType: "string",
  zero: "",
  parse: (written) => {
    const scheme = /^([a-zA-Z][a-zA-Z0-9+.-]*):/.exec(written)?.[1]?.toLowerCase() ?? "";
    if (scheme !== "http" && scheme !== "https") {
      throw new Error(`unsupported scheme ${quoteGo(scheme)} for URL`);
    }
    if (!/^https?:\/\/[^/?#]/i.test(written)) throw new Error("missing host for URL");
    if (!URL.canParse(written)) throw new Error(`parse ${quoteGo(written)}: invalid URL`);
    return written;
  },
  format: (written) => written,
  isEmpty: (written) => written === "",
});

/** A truth that differs from its absence. */
export const maybeBool: YamlType<boolean | undefined> = optional(bool);

/** A text with a template in it. */
export function templateField(key: string, initial = "") {
  return field(key, text, initial);
}

/** What is wrong when both of two options are given that exclude each other. */
export function bothProblem(
  one: readonly [key: string, value: string | Secret],
  other: readonly [key: string, value: string],
): string | undefined {
  const isGiven = (value: string | Secret) =>
    typeof value === "string" ? value !== "" : !value.isEmpty;
  return isGiven(one[1]) && isGiven(other[1])
    ? `at most one of ${one[0]} & ${other[0]} must be configured`
    : undefined;
}

export function isSet(value: string | Secret): boolean {
  return typeof value === "string" ? value !== "" : !value.isEmpty;
}

/** The address with a slash at the end, for what is put behind it. */
export function withSlash(address: string): string {
  const url = new URL(address);
  if (!url.pathname.endsWith("/")) url.pathname += "/";
  return url.href;
}

/** `host:port`. */
export interface HostPort {
  readonly host: string;
  readonly port: string;
}

const nowhere: HostPort = { host: "", port: "" };

export const hostPort: YamlType<HostPort> = parsed({
  goType: "string",
  zero: nowhere,
  parse: (written) => {
    if (written === "") return nowhere;
    const found = /^(?:\[([^\]]*)\]|([^:]*)):([^:]*)$/.exec(written);
    if (found === null) {
      const problem = written.includes(":") ? "too many colons" : "missing port";
      throw new Error(`address ${written}: ${problem} in address`);
    }
    const [, bracketed, plain = "", port = ""] = found;
    if (port === "") throw new Error(`address ${quoteGo(written)}: port cannot be empty`);
    return { host: bracketed ?? plain, port };
  },
  format: hostPortText,
  isEmpty: ({ host, port }) => host === "" && port === "",
});

export function hostPortText({ host, port }: HostPort): string {
  if (host === "" && port === "") return "";
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}
