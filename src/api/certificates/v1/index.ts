export {
  certificateSigningRequest,
  certificateSigningRequestCondition,
  certificateSigningRequestSpec,
  certificateSigningRequestStatus,
  type CertificateSigningRequest,
  type CertificateSigningRequestCondition,
  type CertificateSigningRequestSpec,
  type CertificateSigningRequestStatus,
} from "./certificate-signing-request.ts";
