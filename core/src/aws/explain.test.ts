import { describe, expect, test } from "@jest/globals";
import { S3ServiceException } from "@aws-sdk/client-s3";
import { LobError } from "../errors.js";
import { awsError } from "../testing/fake-aws.js";
import { explainAwsError, explained, isLostAnswer, nameOf, statusOf } from "./explain.js";

/** A network error with the fields that the SDK adds. */
const network = (code: string): Error =>
  Object.assign(new Error(`connect ${code} 10.0.0.1:443`), { code, $metadata: { attempts: 5, totalRetryDelay: 900 } });

describe("an error of AWS", () => {
  test.each([
    [
      "no credentials",
      "LOB2001",
      Object.assign(new Error("Could not load credentials from any providers"), { name: "CredentialsProviderError", tryNextLink: false }),
    ],
    ["no token", "LOB2001", Object.assign(new Error("Token is expired"), { name: "TokenProviderError" })],
    ["a key that does not exist", "LOB2001", awsError("InvalidAccessKeyId", 403)],
    ["a key of another partition", "LOB2001", awsError("UnrecognizedClientException", 400)],
    ["a wrong secret", "LOB2001", awsError("SignatureDoesNotMatch", 403)],
    ["an expired session at S3", "LOB2004", awsError("ExpiredToken", 400)],
    ["an expired session at DynamoDB", "LOB2004", awsError("ExpiredTokenException", 400)],
    ["a denied request at S3", "LOB2003", awsError("AccessDenied", 403)],
    ["a denied request at DynamoDB", "LOB2003", awsError("AccessDeniedException", 400)],
    ["a denied HEAD, whose answer has no body", "LOB2003", awsError("403", 403, "UnknownError")],
    ["a missing bucket", "LOB2006", awsError("NoSuchBucket", 404)],
    ["a bucket in another region", "LOB2006", awsError("PermanentRedirect", 301)],
    ["a missing table", "LOB2007", awsError("ResourceNotFoundException", 400)],
    ["a timeout", "LOB2005", Object.assign(new Error("Connection timed out after 10000 ms"), { name: "TimeoutError", $metadata: {} })],
    ["no connection", "LOB2005", network("ECONNREFUSED")],
    ["no such host", "LOB2005", network("ENOTFOUND")],
    ["a certificate that is not trusted", "LOB2005", network("SELF_SIGNED_CERT_IN_CHAIN")],
    ["a certificate of another host", "LOB2005", network("ERR_TLS_CERT_ALTNAME_INVALID")],
    ["an endpoint without encryption", "LOB2005", network("EPROTO")],
    [
      "a missing token file",
      "LOB2001",
      Object.assign(new Error("ENOENT: no such file or directory, open '/token'"), { code: "ENOENT", path: "/token" }),
    ],
    [
      "a secret with a line break",
      "LOB2001",
      Object.assign(new TypeError('Invalid character in header content ["authorization"]'), { code: "ERR_INVALID_CHAR" }),
    ],
    ["an identity that STS does not accept", "LOB2001", awsError("InvalidIdentityToken", 400)],
    ["a clock that is wrong", "LOB2001", awsError("RequestTimeTooSkewed", 403)],
    ["too many requests to S3", "LOB2008", awsError("SlowDown", 503)],
    ["too many requests to DynamoDB", "LOB2008", awsError("ThrottlingException", 400)],
    ["a KMS key that is disabled", "LOB2008", awsError("KMS.DisabledException", 400)],
    ["a validation", "LOB2008", awsError("ValidationException", 400)],
    ["an internal error", "LOB2008", awsError("InternalError", 500)],
  ])("%s is %s, with the current action and AWS's message", (_, code, error) => {
    const explanation = explainAwsError(error, "reading the row of LOB fraud");
    expect(explanation).toBeInstanceOf(LobError);
    expect(explanation.code).toBe(code);
    expect(explanation.message).toMatch(/^reading the row of LOB fraud: /);
    if (error.message !== "UnknownError") expect(explanation.message).toContain(error.message);
    expect(explanation.cause).toBe(error);
    expect(explanation.hint).toMatch(/\w{3}.*\.$/);
  });

  test("that was explained before stays unchanged", () => {
    const error = new LobError("LOB3001", "not found");
    expect(explainAwsError(error, "looking")).toBe(error);
  });

  test("has the ids that AWS support asks for", () => {
    const error = new S3ServiceException({
      name: "AccessDenied",
      message: "Access Denied",
      $fault: "client",
      $metadata: { httpStatusCode: 403, requestId: "R1", extendedRequestId: "X1" },
    });
    expect(explainAwsError(error, "x").details).toEqual({
      awsError: "AccessDenied",
      status: 403,
      requestId: "R1",
      extendedRequestId: "X1",
    });
  });

  test("with a long message or many lines gets one short line", () => {
    const { message } = explainAwsError(awsError("ValidationException", 400, `first\n  second\t${"x".repeat(10_000)}`), "writing");
    expect(message).toContain("first second xxx");
    expect(message.length).toBeLessThan(600);
  });

  test.each([
    [awsError("InternalError", 500, ""), "InternalError"],
    [awsError("", 500, "UnknownError"), "no reason given"],
  ])("without a message still has a text", (error, said) => {
    expect(explainAwsError(error, "x").message).toBe(`x: AWS answered with an error (${said})`);
  });

  test.each([
    ["a bug in this program", new TypeError("undefined is not a function"), "undefined is not a function"],
    ["a value that is not an error", "thrown text", "thrown text"],
    ["nothing at all", undefined, "undefined"],
  ])("%s is not from AWS: LOB9001", (_, error, said) => {
    expect(explainAwsError(error, "packing")).toMatchObject({
      code: "LOB9001",
      message: `packing: ${said}`,
      hint: expect.stringContaining("report"),
    });
  });
});

test("uses the most specific name of an error", () => {
  expect(nameOf(awsError("NoSuchKey", 404))).toBe("NoSuchKey");
  expect(nameOf({ name: "Error", Code: "SlowDown" })).toBe("SlowDown");
  expect(nameOf({ name: "UnknownError", Code: "SlowDown" })).toBe("SlowDown");
  expect(nameOf({ name: "UnknownError" })).toBe("UnknownError");
  expect([nameOf(undefined), nameOf(null), nameOf("text")]).toEqual(["", "", ""]);
  expect([statusOf(awsError("NoSuchKey", 404)), statusOf(new Error("x")), statusOf(undefined), statusOf(null)]).toEqual([
    404,
    undefined,
    undefined,
    undefined,
  ]);
});

test.each([
  [true, "a broken connection", network("ECONNRESET")],
  [true, "a timeout", Object.assign(new Error("x"), { name: "TimeoutError" })],
  [true, "an internal error", awsError("InternalError", 500)],
  [true, "a server that is too busy", awsError("SlowDown", 503)],
  [false, "a condition that does not hold", awsError("PreconditionFailed", 412)],
  [false, "a conflict", awsError("ConditionalRequestConflict", 409)],
  [false, "a condition that does not hold, in the body of a 200", awsError("PreconditionFailed", 503)],
  [false, "a missing part, in the body of a 200", awsError("InvalidPart", 500)],
  [false, "a denied request", awsError("AccessDenied", 403)],
  [false, "an untrusted certificate, with which nothing was sent", network("CERT_HAS_EXPIRED")],
  [false, "a bug in this program", new TypeError("x")],
  [false, "nothing", undefined],
])("%s: a request may have taken effect after %s", (may, _, error) => {
  expect(isLostAnswer(error)).toBe(may);
});

test("returns the answer of a request, and explains its error", async () => {
  expect(await explained("requesting", async () => 7)).toBe(7);
  await expect(explained("requesting", () => Promise.reject(awsError("AccessDenied", 403)))).rejects.toMatchObject({
    code: "LOB2003",
    message: expect.stringMatching(/^requesting: /),
  });
});
