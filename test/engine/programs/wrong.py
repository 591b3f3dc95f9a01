"""A LOB with many wrong arguments; wrong.ts has the same."""

import acme_lob_registry as lob_registry

lob_registry.LineOfBusiness(
    "fraud",
    lob="Fraud!",
    prefix="/models/",
    protected_aliases=["pr od"],
    staging_days=0,
    kms_key_arn="alias/fraud",
    tags={"aws:team": "risk"},
    publishers=[
        lob_registry.PublisherArgs(name="models"),
        lob_registry.PublisherArgs(name="nightly", repositories=[lob_registry.RepositoryArgs(repository="fraud-models")]),
    ],
)
