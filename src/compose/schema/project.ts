import { nameKeys, shortFor, textOrList } from "./pieces.ts";
import { config, model, network, secret, volume } from "./resources.ts";
import { service } from "./service.ts";
import { dictionary, list, record, text, type ValueOf } from "./shape.ts";

const include = record(
  { path: textOrList(), env_file: textOrList(), project_directory: text() },
  { extensions: "refused", short: shortFor("path") },
);

/** The whole Compose file. */
export const composeFile = record({
  version: text("numbers"),
  name: text(),
  include: list(include),
  services: dictionary(service, { keys: nameKeys }),
  models: dictionary(model, { keys: nameKeys }),
  networks: dictionary(network, { keys: nameKeys }),
  volumes: dictionary(volume, { keys: nameKeys }),
  secrets: dictionary(secret, { keys: nameKeys }),
  configs: dictionary(config, { keys: nameKeys }),
});

export interface Service extends ValueOf<typeof service> {}
export interface Network extends ValueOf<typeof network> {}
export interface Volume extends ValueOf<typeof volume> {}
export interface Secret extends ValueOf<typeof secret> {}
export interface Config extends ValueOf<typeof config> {}
export interface Model extends ValueOf<typeof model> {}
