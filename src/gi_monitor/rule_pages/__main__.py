"""``python -m gi_monitor.rule_pages``: write the pages in ``docs/regels/`` again from the contracts."""

from gi_monitor import rule_pages, settings

folder = settings.load().home / "docs" / "regels"
pages = rule_pages.markdown()
folder.mkdir(exist_ok=True)
for name, text in pages.items():
    (folder / name).write_text(text, encoding="utf-8")
for path in folder.iterdir():
    if path.name not in pages:
        path.unlink()
