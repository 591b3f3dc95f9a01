import { expect, test } from "@jest/globals";
import { mayBeAmong } from "./principals";

const IAM = "arn:aws:iam::111122223333";
const SESSION = "arn:aws:sts::111122223333:assumed-role/deployer/ci-run-7";

test.each([
  [SESSION, [`${IAM}:role/deployer`]],
  [SESSION, [`${IAM}:role/team/platform/deployer`]],
  [SESSION, [`${IAM}:user/deployer`, `${IAM}:role/dep*er`]],
  [SESSION, [`${IAM}:role/aws-reserved/*`]],
  [`${IAM}:user/people/ada`, [`${IAM}:user/people/ada`]],
  [`${IAM}:root`, [`${IAM}:role/deployer`]],
])("%s may be among %j", (caller, principals) => {
  expect(mayBeAmong(caller, principals)).toBe(true);
});

test.each([
  [SESSION, []],
  [SESSION, [`${IAM}:role/reader`]],
  [SESSION, [`${IAM}:user/deployer`]],
  [SESSION, [`${IAM}:role/deploye`, `${IAM}:role/xdeployer`, `${IAM}:role/deploy.r`]],
  [SESSION, ["arn:aws:iam::999999999999:role/deployer"]],
  [SESSION, [`${IAM}:root`]],
  [`${IAM}:user/people/ada`, [`${IAM}:user/people/bob`, `${IAM}:role/ada`]],
])("%s is not among %j", (caller, principals) => {
  expect(mayBeAmong(caller, principals)).toBe(false);
});
