export { ComposeError, composeError, formatRemark, type Remark } from "./compose-error.ts";
export { formatPlace, type Place } from "./place.ts";
export type { ComposeProject } from "./project.ts";
export type { Config, Model, Network, Secret, Service, Volume } from "./schema/project.ts";
export { extensionsOf } from "./schema/pieces.ts";
export { composeFile } from "./schema/project.ts";
export type { Extensions, Field, Fields, PlainValue, Shape } from "./schema/shape.ts";
export { formatPath, type Path, placeAt } from "./tree/node.ts";
