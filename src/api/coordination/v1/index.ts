export { lease, leaseSpec, type Lease, type LeaseSpec } from "./lease.ts";
