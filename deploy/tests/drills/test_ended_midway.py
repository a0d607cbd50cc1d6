"""A deploy on Compose that somebody ends midway: no request is refused, and `make up` tidies up."""

import os
import subprocess

import pytest

from deploy.tests.drills.load import light_load, refused
from devtools.given import ROOT
from quartet.testing.waiting import eventually
from tests.integration.platform_client import Api, sign_up
from tests.integration.platform_compose import ComposePlatform

pytestmark = [pytest.mark.containers, pytest.mark.slow]

PATIENCE = 180
GOES_BY_THE_NAME = 'grep -q "server catalog:8000" $RUN_DIR/conf.d/upstreams.conf'


def goes_by_the_name(platform: ComposePlatform) -> bool:
    return bool(platform.container("gateway").exec_run(["sh", "-c", GOES_BY_THE_NAME]).exit_code == 0)


def test_a_deploy_that_is_ended_midway_harms_nobody(platform: ComposePlatform) -> None:
    image = platform.container("catalog").attrs["Config"]["Image"]
    user = sign_up(Api(platform.url))
    assert goes_by_the_name(platform)
    with light_load(platform.url, user) as answers:
        command = [str(ROOT / "deploy/deploy.sh"), "catalog", image.split(":")[-1], "compose"]
        deploy = subprocess.Popen(command, env=os.environ | platform.environment)
        eventually(lambda: not goes_by_the_name(platform), within=PATIENCE)
        deploy.terminate()
        assert deploy.wait(PATIENCE) == 1
        assert goes_by_the_name(platform)
    assert refused(answers) == []
    platform.up()
    assert platform.container("catalog").attrs["Config"]["Image"] == image  # and there is one
    platform.wait_healthy()
