import type { ClientTls, TlsVersion } from "#base";
import type { TlsConfig } from "#promconfig";
import { type FileReader, readSecret, readTextFile } from "./file-secrets.ts";

const versions: Readonly<Record<string, TlsVersion>> = {
  TLS10: "TLSv1",
  TLS11: "TLSv1.1",
  TLS12: "TLSv1.2",
  TLS13: "TLSv1.3",
};

/**
 * What `tls_config` says, with the content of its files as it is now. The same object comes back while
 * nothing has changed, so that connections are kept; renewed certificates make another one.
 */
export class TlsSettings {
  readonly #disk: FileReader;
  readonly #config: TlsConfig;
  #current: ClientTls | undefined;

  constructor(disk: FileReader, config: TlsConfig) {
    this.#disk = disk;
    this.#config = config;
  }

  async read(): Promise<ClientTls> {
    const { caFile, certificateFile, keyFile } = this.#config;
    const isFixed = caFile === "" && certificateFile === "" && keyFile === "";
    if (isFixed && this.#current !== undefined) return this.#current;
    const next = await this.#readAll();
    if (this.#current === undefined || !isSame(this.#current, next)) this.#current = next;
    return this.#current;
  }

  async #readAll(): Promise<ClientTls> {
    const { ca, caFile, certificate, certificateFile, key, keyFile, serverName } = this.#config;
    const authorities = ca === "" && caFile !== "" ? await this.#readFile("CA cert", caFile) : ca;
    const identity = {
      certificate:
        certificate === "" && certificateFile !== ""
          ? await this.#readFile("client cert", certificateFile)
          : certificate,
      key: await readSecret(this.#disk, { text: key, file: keyFile }),
    };
    return {
      authorities: authorities === "" ? undefined : authorities,
      verification: this.#config.insecureSkipVerify ? "none" : "full",
      serverName: serverName === "" ? undefined : serverName,
      identity: identity.certificate === "" ? undefined : identity,
      versions: {
        min: versions[this.#config.minVersion] ?? "TLSv1.2",
        max: versions[this.#config.maxVersion] ?? "TLSv1.3",
      },
    };
  }

  async #readFile(what: string, path: string): Promise<string> {
    try {
      return await readTextFile(this.#disk, path);
    } catch (error) {
      throw new Error(`unable to load specified ${what} ${path}`, { cause: error });
    }
  }
}

function isSame(left: ClientTls, right: ClientTls): boolean {
  return (
    left.authorities === right.authorities &&
    left.identity?.certificate === right.identity?.certificate &&
    left.identity?.key === right.identity?.key
  );
}
