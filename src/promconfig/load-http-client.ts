import type { Disk } from "#base";
import { type HttpClientConfig, httpClientType } from "./http-client-config.ts";
import { inFile } from "./in-file.ts";
import { directoryOf } from "./path.ts";
import { decodeDocument, Decoding } from "./schema/yaml-type.ts";
import { readYaml } from "./yaml/read.ts";

/** Reads a file that holds nothing but how requests are sent. Throws a `ConfigError`. */
export async function loadHttpClientConfig(
  disk: Pick<Disk, "readFile">,
  file: string,
): Promise<HttpClientConfig> {
  const content = new TextDecoder().decode(await disk.readFile(file));
  return inFile(file, "", () => {
    const document = { root: readYaml(content), whenEmpty: httpClientType.initial };
    return decodeDocument(httpClientType, document, new Decoding(directoryOf(file)));
  });
}
