"""Runs a Pulumi program as an inline program of the Automation API, in the folder of a project: run.py preview|up|destroy PROGRAM"""

import os
import runpy
import sys

from pulumi import automation

operation, program = sys.argv[1:]
stack = automation.create_or_select_stack(
    stack_name="dev",
    project_name="model-registry",
    program=lambda: runpy.run_path(program, run_name="__main__") and None,
    opts=automation.LocalWorkspaceOptions(work_dir=os.getcwd()),
)
run = {"preview": stack.preview, "up": stack.up, "destroy": stack.destroy}[operation]
try:
    run(on_output=lambda line: print(line, flush=True))
except automation.CommandError:
    # It is the engine's own words, which have been written already.
    sys.exit(1)
