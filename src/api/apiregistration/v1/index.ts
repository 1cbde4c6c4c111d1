export {
  serviceReference,
  apiServiceSpec,
  apiServiceCondition,
  apiServiceStatus,
  apiService,
  type ServiceReference,
  type APIServiceSpec,
  type APIServiceCondition,
  type APIServiceStatus,
  type APIService,
} from "./api-service.ts";
