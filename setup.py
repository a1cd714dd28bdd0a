"""The two steps of a build that pyproject.toml cannot express.

The built-in environments and notebooks are copied into the wheel from the top of the repository, their only
source; and the README's relative links become absolute, because a package index shows it without the repository.
"""

import re
import runpy
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

ROOT = Path(__file__).resolve().parent
REPOSITORY = "https://github.com/agentcore-probe/agentcore-probe"
BUILTIN = runpy.run_path(str(ROOT / "agentcore_probe" / "builtin.py"))


class BuildWithBuiltinFiles(build_py):
    """build_py that also copies the built-in files; an editable install reads them from the checkout."""

    def run(self) -> None:
        """Builds, then copies."""
        super().run()
        if not self.editable_mode:
            for name, target in self._builtin_files().items():
                self.mkpath(str(Path(target).parent))
                self.copy_file(str(ROOT / name), target, preserve_mode=False)

    def get_outputs(self, include_bytecode: bool = True) -> list[str]:
        """All files that the build writes."""
        outputs = super().get_outputs(include_bytecode)
        return outputs if self.editable_mode else [*outputs, *self._builtin_files().values()]

    def _builtin_files(self) -> dict[str, str]:
        folder = Path(self.build_lib) / "agentcore_probe" / BUILTIN["INSTALLED"]
        return {name: str(folder / name) for name in BUILTIN["FILES"]}


def readme() -> str:
    """README.md with absolute links and pictures."""
    text = (ROOT / "README.md").read_text("utf-8")
    text = re.sub(r"\]\((?!https?:|#)", f"]({REPOSITORY}/blob/main/", text)
    return re.sub(r'\b(src|srcset)="(?!https?:)', rf'\1="{REPOSITORY}/raw/main/', text)


setup(
    cmdclass={"build_py": BuildWithBuiltinFiles},
    long_description=readme(),
    long_description_content_type="text/markdown",
)
