/** Three alarms of a LOB or a shared registry: failed writes, throttling, and requests that the KMS key refused. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { StorageTransforms } from "lob-registry";

/** Sends the trail of `logs: { dataEvents: … }` to CloudWatch Logs as well. Pass `transform` to the component. */
export function trailInCloudWatch(name: string): { logGroup: aws.cloudwatch.LogGroup; transform: Pick<StorageTransforms, "trail"> } {
  const logGroup = new aws.cloudwatch.LogGroup(`${name}-trail`, { name: `/lob-registry/${name}`, retentionInDays: 30 });
  const role = new aws.iam.Role(`${name}-trail`, {
    name: `${name}-trail`,
    assumeRolePolicy: JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { Service: "cloudtrail.amazonaws.com" }, Action: "sts:AssumeRole" }],
    }),
  });
  const policy = new aws.iam.RolePolicy(`${name}-trail`, {
    role: role.name,
    policy: pulumi.jsonStringify({
      Version: "2012-10-17",
      Statement: [
        { Effect: "Allow", Action: ["logs:CreateLogStream", "logs:PutLogEvents"], Resource: pulumi.interpolate`${logGroup.arn}:*` },
      ],
    }),
  });
  return {
    logGroup,
    transform: {
      trail: (args) => {
        args.cloudWatchLogsGroupArn = pulumi.interpolate`${logGroup.arn}:*`;
        // Waits for the role's policy, without which CloudTrail refuses the log group.
        args.cloudWatchLogsRoleArn = policy.role.apply(() => role.arn);
      },
    },
  };
}

export interface Watched {
  bucketName: pulumi.Input<string>;
  catalogTableName: pulumi.Input<string>;
  registryTableName: pulumi.Input<string>;
  /** Group that gets CloudTrail's data events of the bucket: that of {@link trailInCloudWatch}, or your organization's. */
  logGroupName: pulumi.Input<string>;
  /** SNS topic that the alarms notify. */
  topicArn: pulumi.Input<string>;
}

type Metric = aws.types.input.cloudwatch.MetricAlarmMetricQueryMetric;
/** In seconds. */
const PERIOD = 300;
/** Errors that publishers cause by racing each other, and recover from. */
const RACES = ["PreconditionFailed", "ConditionalRequestConflict", "NoSuchUpload", "NoSuchKey"];

export function alarms(name: string, watched: Watched): aws.cloudwatch.MetricAlarm[] {
  const ofBucket = (...conditions: string[]): pulumi.Output<string> =>
    pulumi.output(watched.bucketName).apply((bucket) => {
      const all = [`$.eventSource = "s3.amazonaws.com"`, `$.requestParameters.bucketName = "${bucket}"`, ...conditions];
      return `{ ${all.map((condition) => `(${condition})`).join(" && ")} }`;
    });
  const counted = (metric: string, pattern: pulumi.Output<string>): Metric => {
    new aws.cloudwatch.LogMetricFilter(`${name}-${metric}`, {
      name: `${name}-${metric}`,
      logGroupName: watched.logGroupName,
      pattern,
      metricTransformation: { namespace: "lob-registry", name: `${name}-${metric}`, value: "1" },
    });
    return { namespace: "lob-registry", metricName: `${name}-${metric}`, period: PERIOD, stat: "Sum" };
  };
  const throttled = (tableName: pulumi.Input<string>, metricName: string): Metric => ({
    namespace: "AWS/DynamoDB",
    metricName,
    dimensions: { TableName: tableName },
    period: PERIOD,
    stat: "Sum",
  });
  const alarm = (what: string, alarmDescription: string, metrics: Metric[]): aws.cloudwatch.MetricAlarm =>
    new aws.cloudwatch.MetricAlarm(`${name}-${what}`, {
      name: `${name}-${what}`,
      alarmDescription,
      comparisonOperator: "GreaterThanThreshold",
      threshold: 0,
      evaluationPeriods: 1,
      // Metrics exist only while something happens.
      treatMissingData: "notBreaching",
      alarmActions: [watched.topicArn],
      okActions: [watched.topicArn],
      ...(metrics.length === 1
        ? { namespace: metrics[0]!.namespace!, metricName: metrics[0]!.metricName, period: PERIOD, statistic: "Sum" }
        : {
            metricQueries: [
              { id: "total", expression: metrics.map((_, index) => `FILL(m${index}, 0)`).join(" + "), label: what, returnData: true },
              ...metrics.map((metric, index) => ({ id: `m${index}`, metric })),
            ],
          }),
    });

  const failed = ofBucket("$.readOnly IS FALSE", "$.errorCode = *", ...RACES.map((code) => `$.errorCode != "${code}"`));
  const tables = [watched.catalogTableName, watched.registryTableName];
  return [
    alarm("failed-writes", "S3 refused or failed a write to the bucket; losing a race does not count", [counted("failed-writes", failed)]),
    alarm("throttling", "DynamoDB throttled requests to the tables, or S3 asked clients to slow down", [
      counted("slow-down", ofBucket(`$.errorCode = "SlowDown"`)),
      ...tables.flatMap((table) => ["ReadThrottleEvents", "WriteThrottleEvents"].map((metric) => throttled(table, metric))),
    ]),
    alarm("kms-denials", "A request failed because its caller may not use the bucket's KMS key", [
      counted("kms-denials", ofBucket(`$.errorCode = "AccessDenied"`, `$.errorMessage = "*kms:*"`)),
    ]),
  ];
}
