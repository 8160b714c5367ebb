"""The widgets' modules as one script."""

import subprocess

import pytest

from app import script


def write(folder, **modules):
    for name, text in modules.items():
        (folder / f"{name}.js").write_text(text)
    return folder / "entry.js"


def test_modules_run_once_each_and_after_what_they_import(tmp_path):
    entry = write(
        tmp_path,
        entry='import { two as x } from "./b.js";\nimport * as a from "./a.js";\nconsole.log(a.one, x());\n',
        b='import { one } from "./a.js";\n\nexport function two() {\n  return one + 1;\n}\n',
        a='console.log("a");\nexport const one = 1;\n',
    )
    run = subprocess.run(["node", "-e", script.joined(entry)], capture_output=True, text=True, check=True)
    assert run.stdout == "a\n1 2\n"


@pytest.mark.parametrize("line", ["export { a };", 'import a from "./a.js";', 'await import("./a.js");'])
def test_another_form_is_refused(tmp_path, line):
    with pytest.raises(ValueError, match="form that is not joined"):
        script.joined(write(tmp_path, entry=f"{line}\n", a=""))
