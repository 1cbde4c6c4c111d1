/** The version of this program; package.json says the same, and a test compares them. */
export const version = "0.1.0";

/** What nodes say they are: clients read a Kubernetes version there. */
export const nodeVersion = "v1.36.0+wherry";
