"""Unit tests of the program, without AWS and without the engine: python -m unittest"""

import runpy
import unittest

import pulumi


class Mocks(pulumi.runtime.Mocks):
    def __init__(self):
        self.inputs = {}

    def new_resource(self, args):
        self.inputs[f"{args.typ} {args.name}"] = args.inputs
        # Outputs that the program uses and the component would compute.
        return [f"{args.name}-id", {**args.inputs, "publisherRoleArns": {"models": "arn:aws:iam::123456789012:role/mock"}}]

    def call(self, args):
        return args.args


MOCKS = Mocks()
pulumi.runtime.set_mocks(MOCKS)

# The program registers its resources while it is loaded, so the mocks come first.
PROGRAM = runpy.run_path("__main__.py")


class FraudLob(unittest.TestCase):
    """In Python the whole LOB is one resource: its arguments are what can be checked."""

    def check(self, argument, expected):
        def compare(_):
            lob = MOCKS.inputs["lob-registry:index:LineOfBusiness fraud"]
            self.assertEqual(lob[argument], expected)

        return PROGRAM["fraud"].urn.apply(compare)

    @pulumi.runtime.test
    def test_only_jobs_in_production_may_publish(self):
        repository = {"repository": "acme/fraud-models", "environments": ["production"]}
        return self.check("publishers", [{"name": "models", "repositories": [repository]}])

    @pulumi.runtime.test
    def test_prod_is_protected(self):
        return self.check("protectedAliases", ["prod"])


if __name__ == "__main__":
    unittest.main()
