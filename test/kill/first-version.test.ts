import { testEveryRequest } from "./every-request.ts";

testEveryRequest(
  {
    name: "the first version of a model",
    models: ["one"],
    outputs: { version: "1", latest: "1", changed: "true" },
    makes: ["UploadPart", "UploadPartCopy", "CompleteMultipartUpload", "TransactWriteItems", "DeleteObject"],
  },
  {
    name: "a publish of nothing new",
    models: ["one", "one"],
    outputs: { version: "1", latest: "1", changed: "false" },
    makes: ["GetItem", "HeadObject"],
  },
);
