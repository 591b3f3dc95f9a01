import { testEveryRequest } from "./every-request.ts";

testEveryRequest({
  name: "the second version of a model",
  models: ["one", "two"],
  outputs: { version: "2", latest: "2", changed: "true" },
  makes: ["UploadPart", "UploadPartCopy", "CompleteMultipartUpload", "TransactWriteItems", "DeleteObject"],
});
