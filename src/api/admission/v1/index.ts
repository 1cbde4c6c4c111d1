export {
  admissionRequest,
  admissionResponse,
  admissionReview,
  type AdmissionRequest,
  type AdmissionResponse,
  type AdmissionReview,
} from "./admission-review.ts";
