export {
  apiGroupDiscovery,
  apiResourceDiscovery,
  apiSubresourceDiscovery,
  apiVersionDiscovery,
  type APIGroupDiscovery,
  type APIResourceDiscovery,
  type APISubresourceDiscovery,
  type APIVersionDiscovery,
} from "./api-group-discovery.ts";
