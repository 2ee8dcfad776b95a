import json
from pathlib import Path

import pytest
from flask import Flask

from web.assets import AssetMissing, Assets


def test_a_plain_name_leads_to_the_file_with_its_hash(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text(json.dumps({"app.css": "app-ABCD1234.css"}))
    with Flask("web").test_request_context():
        assert Assets(tmp_path).url("app.css") == "/static/dist/app-ABCD1234.css"


def test_a_front_end_that_was_not_built_says_how_to_build_it(tmp_path: Path) -> None:
    with Flask("web").test_request_context(), pytest.raises(AssetMissing, match="npm run build"):
        Assets(tmp_path).url("app.css")


def test_a_file_that_the_build_does_not_make_is_named(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text("{}")
    with Flask("web").test_request_context(), pytest.raises(AssetMissing, match=r"nada\.js"):
        Assets(tmp_path).url("nada.js")
