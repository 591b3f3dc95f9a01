import { expect, test } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import { LineOfBusiness } from "./line-of-business";
import { SharedRegistry } from "./shared-registry";
import { valueOf } from "./testing/deploy";

test("the mocks of Pulumi's documentation, which answer nothing for AWS, are enough for a unit test", async () => {
  await pulumi.runtime.setMocks({
    newResource: ({ name, inputs }) => ({ id: `${name}-id`, state: inputs as object }),
    call: ({ inputs }) => inputs as Record<string, unknown>,
  });
  const fraud = new LineOfBusiness("fraud", { readers: [{ name: "serving", principals: ["444455556666"] }] });
  expect(await valueOf(fraud.bucketName)).toBe("123456789012-us-east-1-fraud-artifacts");
  expect(await valueOf(fraud.accountId)).toBe("123456789012");
  const shared = new SharedRegistry("company");
  const card = new LineOfBusiness("card", { sharedRegistry: shared.reference });
  expect(await valueOf(card.s3Uri)).toBe("s3://123456789012-us-east-1-artifacts/ml-models/card/");
});
