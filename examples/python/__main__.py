import acme_lob_registry as lob_registry
import pulumi

fraud = lob_registry.LineOfBusiness(
    "fraud",
    description="Models that tell fraudulent payments from honest ones",
    owner="fraud-platform@example.com",
    protected_aliases=["prod"],
    tags={"cost-center": "fraud"},
    # Jobs of this repository in its environment `production` may publish, with a role of this publisher. AWS trusts GitHub through an OIDC provider.
    publishers=[
        lob_registry.PublisherArgs(
            name="models",
            repositories=[lob_registry.RepositoryArgs(repository="acme/fraud-models", environments=["production"])],
        )
    ],
    create_github_oidc_provider=True,  # only once per account
)

# The workflow of a model repository needs these. The Action finds the rest in the catalog.
pulumi.export("lob", fraud.lob)
pulumi.export("region", fraud.region)
pulumi.export("publisherRole", fraud.publisher_role_arns["models"])

# For people who use the AWS console.
pulumi.export("bucket", fraud.bucket_name)
pulumi.export("models", fraud.s3_uri)
pulumi.export("catalogTable", fraud.catalog_table_name)
pulumi.export("registryTable", fraud.registry_table_name)
