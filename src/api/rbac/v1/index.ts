export {
  aggregationRule,
  clusterRole,
  type AggregationRule,
  type ClusterRole,
} from "./cluster-role.ts";
export { clusterRoleBinding, type ClusterRoleBinding } from "./cluster-role-binding.ts";
export {
  policyRule,
  roleRef,
  subject,
  type PolicyRule,
  type RoleRef,
  type Subject,
} from "./parts.ts";
export { role, type Role } from "./role.ts";
export { roleBinding, type RoleBinding } from "./role-binding.ts";
