/** `promtool check web-config`. */
import { isTlsEnabled, loadWebConfig, type TlsServerConfig } from "#promconfig";
import { problemOf } from "../problem.ts";
import { exitFailure, exitSuccess, type Surroundings, type ToolDisk } from "../surroundings.ts";
import { CheckError } from "./check-error.ts";

export async function checkWebConfigs(
  files: readonly string[],
  { console, disk }: Surroundings,
): Promise<number> {
  let status = exitSuccess;
  for (const file of files) {
    try {
      const { tls } = await loadWebConfig(disk, file);
      if (isTlsEnabled(tls)) await checkCertificate(tls, disk);
      console.note(`${file} SUCCESS`);
    } catch (error) {
      // Each file is told of by itself.
      console.note(`${file} FAILED: ${problemOf(error)}`);
      status = exitFailure;
    }
  }
  return status;
}

/** That certificate and key are there and look like what they should be; they are not compared. */
async function checkCertificate(tls: TlsServerConfig, disk: ToolDisk): Promise<void> {
  const certificate = await readPart(tls.certificateFile, tls.certificate, {
    option: "cert_file",
    disk,
  });
  const key = await readPart(tls.keyFile, tls.key.reveal(), { option: "key_file", disk });
  const problem = (input: string) =>
    new CheckError(
      `failed to load X509KeyPair: tls: failed to find any PEM data in ${input} input`,
    );
  if (!certificate.includes("-----BEGIN ")) throw problem("certificate");
  if (!key.includes("-----BEGIN ")) throw problem("key");
  if (tls.clientAuthoritiesFile !== "") await disk.readFile(tls.clientAuthoritiesFile);
}

async function readPart(
  file: string,
  text: string,
  { option, disk }: { readonly option: string; readonly disk: ToolDisk },
): Promise<string> {
  if (file === "") return text;
  try {
    return new TextDecoder().decode(await disk.readFile(file));
  } catch (error) {
    // Which option named the file is what the person needs to know.
    const why = problemOf(error);
    throw new Error(`failed to read ${option} (${file}): ${why}`, { cause: error });
  }
}
