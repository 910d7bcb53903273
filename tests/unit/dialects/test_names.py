"""No module of the package takes the place of a function of the package once it is imported."""

import pkgutil

from gi_monitor import dialects


def test_what_the_package_offers_is_no_module() -> None:
    modules = {module.name for module in pkgutil.iter_modules(dialects.__path__)}
    assert modules.isdisjoint(dialects.__all__)
