import {
  atomicListOf,
  boolean,
  bytes,
  field,
  int32,
  int64,
  keyedListOf,
  standardVerbs,
  statusSubresource,
  string,
  time,
  type TypeOf,
} from "../../schema/schema.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { jsonSchemaProps } from "./json-schema-props.ts";
import { kind, type } from "./package.ts";

export const serviceReference = type("ServiceReference", "A Service that answers a webhook.", {
  namespace: field(1, string, "Namespace of the Service.").required(),
  name: field(2, string, "Name of the Service.").required(),
  path: field(3, string, "URL path to call.").pointer(),
  port: field(4, int32, "Port of the Service; 443 by default.").pointer(),
});
export interface ServiceReference extends TypeOf<typeof serviceReference> {}

export const webhookClientConfig = type("WebhookClientConfig", "How to reach a webhook.", {
  service: field(1, serviceReference, "Service in the cluster.").pointer(),
  caBundle: field(2, bytes, "Certificates to verify the webhook's with, in PEM."),
  url: field(3, string, "Address outside of the cluster.").pointer(),
});
export interface WebhookClientConfig extends TypeOf<typeof webhookClientConfig> {}

export const webhookConversion = type("WebhookConversion", "Conversion by a webhook.", {
  clientConfig: field(2, webhookClientConfig, "How to reach the webhook.").pointer(),
  conversionReviewVersions: field(
    3,
    atomicListOf(string),
    "Versions of ConversionReview that the webhook understands, preferred first.",
  ).required(),
});
export interface WebhookConversion extends TypeOf<typeof webhookConversion> {}

export const customResourceConversion = type(
  "CustomResourceConversion",
  "How objects get from one version to another.",
  {
    strategy: field(1, string, "None, or Webhook.").required(),
    webhook: field(2, webhookConversion, "The webhook that converts.").pointer(),
  },
);
export interface CustomResourceConversion extends TypeOf<typeof customResourceConversion> {}

export const customResourceValidation = type(
  "CustomResourceValidation",
  "What objects of a version look like.",
  { openAPIV3Schema: field(1, jsonSchemaProps, "Schema of the objects.").pointer() },
);
export interface CustomResourceValidation extends TypeOf<typeof customResourceValidation> {}

export const customResourceSubresourceStatus = type(
  "CustomResourceSubresourceStatus",
  "Status is a subresource.",
  {},
);
export interface CustomResourceSubresourceStatus
  extends TypeOf<typeof customResourceSubresourceStatus> {}

export const customResourceSubresourceScale = type(
  "CustomResourceSubresourceScale",
  "Where the scale subresource finds its values.",
  {
    specReplicasPath: field(1, string, "JSON path of the desired replicas.").required(),
    statusReplicasPath: field(2, string, "JSON path of the actual replicas.").required(),
    labelSelectorPath: field(3, string, "JSON path of the selector, as text.").pointer(),
  },
);
export interface CustomResourceSubresourceScale
  extends TypeOf<typeof customResourceSubresourceScale> {}

export const customResourceSubresources = type(
  "CustomResourceSubresources",
  "Parts of the objects that are addressed on their own.",
  {
    status: field(1, customResourceSubresourceStatus, "Serve status.").pointer(),
    scale: field(2, customResourceSubresourceScale, "Serve scale.").pointer(),
  },
);
export interface CustomResourceSubresources extends TypeOf<typeof customResourceSubresources> {}

export const customResourceColumnDefinition = type(
  "CustomResourceColumnDefinition",
  "A column of tables.",
  {
    name: field(1, string, "Heading of the column.").required(),
    type: field(
      2,
      string,
      "Type of the value: string, integer, number, boolean or date.",
    ).required(),
    format: field(3, string, "Format of the value."),
    description: field(4, string, "What the column shows."),
    priority: field(5, int32, "Zero: always shown; otherwise only in wide tables."),
    jsonPath: field(6, string, "JSON path of the value.").required(),
  },
);
export interface CustomResourceColumnDefinition
  extends TypeOf<typeof customResourceColumnDefinition> {}

export const selectableField = type("SelectableField", "A field for field selectors.", {
  jsonPath: field(1, string, "JSON path of the field.").required(),
});
export interface SelectableField extends TypeOf<typeof selectableField> {}

export const customResourceDefinitionVersion = type(
  "CustomResourceDefinitionVersion",
  "A version of the kind.",
  {
    name: field(1, string, "Name, such as v1beta1.").required(),
    served: field(2, boolean, "Whether clients may use it.").required(),
    storage: field(3, boolean, "Whether objects are stored in it; true of exactly one.").required(),
    schema: field(4, customResourceValidation, "What its objects look like.").pointer(),
    subresources: field(5, customResourceSubresources, "Its subresources.").pointer(),
    additionalPrinterColumns: field(
      6,
      atomicListOf(customResourceColumnDefinition),
      "Columns of its tables beside the name.",
    ),
    deprecated: field(7, boolean, "Whether its use causes a warning."),
    deprecationWarning: field(8, string, "The warning, instead of the usual one.").pointer(),
    selectableFields: field(9, atomicListOf(selectableField), "Fields for field selectors."),
  },
);
export interface CustomResourceDefinitionVersion
  extends TypeOf<typeof customResourceDefinitionVersion> {}

export const customResourceDefinitionNames = type(
  "CustomResourceDefinitionNames",
  "What the resource and its kind are called.",
  {
    plural: field(1, string, "Name of the resource in paths.").required(),
    singular: field(2, string, "Singular name; the kind in lower case by default."),
    shortNames: field(3, atomicListOf(string), "Abbreviations for the command line."),
    kind: field(4, string, "The kind.").required(),
    listKind: field(5, string, "Kind of lists; the kind and List by default."),
    categories: field(6, atomicListOf(string), "Groups of resources it belongs to, such as all."),
  },
);
export interface CustomResourceDefinitionNames
  extends TypeOf<typeof customResourceDefinitionNames> {}

export const customResourceDefinitionSpec = type(
  "CustomResourceDefinitionSpec",
  "How a custom resource is to appear.",
  {
    group: field(1, string, "API group of the resource.").required(),
    names: field(3, customResourceDefinitionNames, "Names of the resource.").required(),
    scope: field(4, string, "Cluster or Namespaced.").required(),
    versions: field(
      7,
      atomicListOf(customResourceDefinitionVersion),
      "Versions of the kind.",
    ).required(),
    conversion: field(9, customResourceConversion, "How versions convert.").pointer(),
    preserveUnknownFields: field(10, boolean, "Only false is allowed."),
  },
);
export interface CustomResourceDefinitionSpec extends TypeOf<typeof customResourceDefinitionSpec> {}

export const customResourceDefinitionCondition = type(
  "CustomResourceDefinitionCondition",
  "One aspect of the definition's state.",
  {
    type: field(
      1,
      string,
      "Established, NamesAccepted, NonStructuralSchema or Terminating.",
    ).required(),
    status: field(2, string, "True, False or Unknown.").required(),
    lastTransitionTime: field(3, time, "When the status changed."),
    reason: field(4, string, "Why, for programs."),
    message: field(5, string, "Why, for people."),
    observedGeneration: field(6, int64, "Generation of the definition that this is about."),
  },
);
export interface CustomResourceDefinitionCondition
  extends TypeOf<typeof customResourceDefinitionCondition> {}

export const customResourceDefinitionStatus = type(
  "CustomResourceDefinitionStatus",
  "How the custom resource does appear.",
  {
    conditions: field(
      1,
      keyedListOf(customResourceDefinitionCondition, "type"),
      "Aspects of the state.",
    ).always(),
    acceptedNames: field(2, customResourceDefinitionNames, "Names that are in use.").always(),
    storedVersions: field(
      3,
      atomicListOf(string),
      "Versions in which objects may be stored.",
    ).always(),
    observedGeneration: field(4, int64, "Generation of the definition that this is about."),
  },
);
export interface CustomResourceDefinitionStatus
  extends TypeOf<typeof customResourceDefinitionStatus> {}

export const customResourceDefinition = kind(
  "CustomResourceDefinition",
  "A kind of objects that users add to the API.",
  {
    metadata: field(1, objectMeta, "Standard metadata."),
    spec: field(2, customResourceDefinitionSpec, "How the resource is to appear.").required(),
    status: field(3, customResourceDefinitionStatus, "How it does appear."),
  },
  {
    name: "customresourcedefinitions",
    singular: "customresourcedefinition",
    namespaced: false,
    verbs: standardVerbs,
    shortNames: ["crd", "crds"],
    categories: ["api-extensions"],
    subresources: { status: statusSubresource("CustomResourceDefinition") },
  },
);
export interface CustomResourceDefinition extends TypeOf<typeof customResourceDefinition> {}
