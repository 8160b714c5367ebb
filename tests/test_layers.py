"""No file imports itself through others, the library knows no studio, and floors know only lower ones."""

from graphlib import TopologicalSorter

import grimp
from importlinter.application.use_cases import lint_imports
from importlinter.configuration import configure

from tests.support.paths import ROOT

CONTRACTS = ROOT / "pyproject.toml"


def test_the_contracts_of_imports_are_kept(capsys):
    configure()
    assert lint_imports(config_filename=str(CONTRACTS), cache_dir=None), capsys.readouterr().out


def test_no_file_imports_itself_through_others():
    graph = grimp.build_graph("rvqvae", "app", cache_dir=None)
    imports = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    TopologicalSorter(imports).prepare()  # raises where there is a circle, and names it
