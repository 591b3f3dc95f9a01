/** Reacts to each published version of a LOB: starts a pipeline, posts to Slack, dispatches a GitHub workflow. The LOB needs `events: true`. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

export interface Reactions {
  /** Output of the LOB: which events to react to. */
  publishedPattern: pulumi.Input<string>;
  /** A state machine of Step Functions, e.g. one that starts a SageMaker pipeline. Its input is the event. */
  pipelineArn?: pulumi.Input<string>;
  /** A channel, and the token of a Slack app that may write there (`chat:write`). */
  slack?: { channel: string; token: pulumi.Input<string>; url?: string };
  /** A repository as `OWNER/NAME`, and a token that may write its contents. Its workflow listens to `repository_dispatch`, type `model-published`. */
  github?: { repository: string; token: pulumi.Input<string>; url?: string };
  /** ARN of a queue for events that no target took within a day. */
  deadLetterArn?: pulumi.Input<string>;
}

/** Fields of S3's event that the event "published" consists of. */
const FIELDS = { id: "$.id", time: "$.time", bucket: "$.detail.bucket.name", key: "$.detail.object.key" };
/** The event "published", as every target gets it. `registryEvent` of lob-registry-core parses it. */
const PUBLISHED = '{"type":"published","id":"<id>","time":"<time>","bucket":"<bucket>","key":"<key>"}';

export function onPublished(name: string, reactions: Reactions): aws.cloudwatch.EventRule {
  const { pipelineArn, slack, github, deadLetterArn } = reactions;
  const rule = new aws.cloudwatch.EventRule(name, { name, eventPattern: reactions.publishedPattern });
  const role = new aws.iam.Role(name, {
    name: `${name}-events`,
    assumeRolePolicy: JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { Service: "events.amazonaws.com" }, Action: "sts:AssumeRole" }],
    }),
  });
  const target = (kind: string, arn: pulumi.Input<string>, action: string, inputTemplate: string): void => {
    new aws.iam.RolePolicy(`${name}-${kind}`, {
      role: role.name,
      policy: pulumi.jsonStringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: action, Resource: arn }] }),
    });
    new aws.cloudwatch.EventTarget(`${name}-${kind}`, {
      rule: rule.name,
      targetId: kind,
      arn,
      roleArn: role.arn,
      inputTransformer: { inputPaths: FIELDS, inputTemplate },
      retryPolicy: { maximumEventAgeInSeconds: 86_400, maximumRetryAttempts: 185 },
      ...(deadLetterArn && { deadLetterConfig: { arn: deadLetterArn } }),
    });
  };
  const post = (kind: string, url: string, token: pulumi.Input<string>, body: string): void => {
    // EventBridge keeps the token in Secrets Manager.
    const connection = new aws.cloudwatch.EventConnection(`${name}-${kind}`, {
      name: `${name}-${kind}`,
      authorizationType: "API_KEY",
      authParameters: { apiKey: { key: "Authorization", value: pulumi.secret(pulumi.interpolate`Bearer ${token}`) } },
    });
    const destination = new aws.cloudwatch.EventApiDestination(`${name}-${kind}`, {
      name: `${name}-${kind}`,
      connectionArn: connection.arn,
      httpMethod: "POST",
      invocationEndpoint: url,
      invocationRateLimitPerSecond: 5,
    });
    target(kind, destination.arn, "events:InvokeApiDestination", body);
  };

  if (pipelineArn) target("pipeline", pipelineArn, "states:StartExecution", PUBLISHED);
  if (slack) {
    const { channel, token, url = "https://slack.com/api/chat.postMessage" } = slack;
    post("slack", url, token, `{"channel":${JSON.stringify(channel)},"text":"Published s3://<bucket>/<key>"}`);
  }
  if (github) {
    const { repository, token, url = `https://api.github.com/repos/${repository}/dispatches` } = github;
    post("github", url, token, `{"event_type":"model-published","client_payload":${PUBLISHED}}`);
  }
  return rule;
}
