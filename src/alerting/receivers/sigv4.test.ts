import assert from "node:assert/strict";
import { test } from "node:test";
import { signedHeaders } from "./sigv4.ts";

test("a form is signed as AWS' own test suite has it (post-x-www-form-urlencoded)", () => {
  const { authorization } = signedHeaders(
    {
      url: "https://example.amazonaws.com/",
      body: "Param1=value1",
      nowMs: Date.UTC(2015, 7, 30, 12, 36),
    },
    {
      region: "us-east-1",
      service: "service",
      accessKey: "AKIDEXAMPLE",
      secretKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
      sessionToken: "",
    },
  );
  assert.equal(
    authorization,
    "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, " +
      "SignedHeaders=content-type;host;x-amz-date, " +
      "Signature=ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a",
  );
});
