/** The resource types of IAM that the component declares. */
import { z } from "zod";
import { keyed, resource, tags, type Resources } from "./plan.ts";

export const IAM_RESOURCES: Resources = {
  "aws:iam/role:Role": resource(
    z.strictObject({
      name: z.string(),
      path: z.string(),
      description: z.string(),
      assumeRolePolicy: z.string(),
      maxSessionDuration: z.number(),
      permissionsBoundary: z.string().optional(),
      tags,
    }),
    ({ name, path, description, assumeRolePolicy, maxSessionDuration, permissionsBoundary, tags }, { accountId }) => ({
      requests: [
        {
          operation: "CreateRole",
          input: {
            RoleName: name,
            Path: path,
            Description: description,
            AssumeRolePolicyDocument: assumeRolePolicy,
            MaxSessionDuration: maxSessionDuration,
            ...(permissionsBoundary !== undefined && { PermissionsBoundary: permissionsBoundary }),
            ...(keyed(tags).length > 0 && { Tags: keyed(tags) }),
          },
        },
      ],
      id: name,
      outputs: { arn: `arn:aws:iam::${accountId}:role${path}${name}` },
    }),
  ),

  "aws:iam/rolePolicy:RolePolicy": resource(
    z.strictObject({ name: z.string(), role: z.string(), policy: z.string() }),
    ({ name, role, policy }) => ({
      requests: [{ operation: "PutRolePolicy", input: { RoleName: role, PolicyName: name, PolicyDocument: policy } }],
      id: `${role}:${name}`,
      outputs: {},
    }),
  ),

  "aws:iam/openIdConnectProvider:OpenIdConnectProvider": resource(
    z.strictObject({ url: z.string(), clientIdLists: z.array(z.string()), tags }),
    ({ url, clientIdLists, tags }, { accountId }) => {
      const arn = `arn:aws:iam::${accountId}:oidc-provider/${url.replace("https://", "")}`;
      return {
        requests: [
          {
            operation: "CreateOpenIDConnectProvider",
            input: { Url: url, ClientIDList: clientIdLists, ...(keyed(tags).length > 0 && { Tags: keyed(tags) }) },
          },
        ],
        id: arn,
        outputs: { arn },
      };
    },
  ),
};
