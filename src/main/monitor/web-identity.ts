import { realDisk } from "#host";
import { loadWebConfig, parseWebConfig, type WebConfig } from "#promconfig";

/** The file with TLS and users; nothing of either without a file. */
export async function webConfigOf(file: string): Promise<WebConfig> {
  return file === "" ? parseWebConfig("", undefined) : loadWebConfig(realDisk, file);
}

/** The certificate that the server shows. */
export async function identityOf({ tls }: WebConfig) {
  if (tls.certificate === "" && tls.certificateFile === "") return "plain";
  const read = async (text: string, file: string) =>
    file === "" ? text : new TextDecoder().decode(await realDisk.readFile(file));
  return {
    certificate: await read(tls.certificate, tls.certificateFile),
    key: await read(tls.key.reveal(), tls.keyFile),
    clientAuthorities: await read(tls.clientAuthorities, tls.clientAuthoritiesFile),
  };
}
