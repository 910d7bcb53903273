"""XML is read as defusedxml reads it, and refused where defusedxml refuses it."""

from __future__ import annotations

from collections.abc import Callable
from xml.etree.ElementTree import Element, tostring

import pytest
from defusedxml.ElementTree import fromstring

from gi_monitor.dialects.markup import root_of

DOCUMENTS: dict[str, str | bytes] = {
    "text around comments": "<r> a <!-- b --> c <x>d<?e f?>g</x> h </r>",
    "character references and CDATA": "<r>&#233;&amp;&#13;\r\n<![CDATA[<x>&e;]]></r>",
    "names with a prefix": '<r xmlns:p="urn:p" xmlns="urn:q"><p:x p:a="1" b="2"/></r>',
    "text that declares another encoding": '<?xml version="1.0" encoding="utf-16"?><r>é</r>',
    "bytes in cp1252": '<?xml version="1.0" encoding="windows-1252"?><r>é€</r>'.encode("cp1252"),
    "bytes in UTF-16": '<?xml version="1.0" encoding="utf-16"?><r>é</r>'.encode("utf-16"),
    "an unknown encoding": b'<?xml version="1.0" encoding="q"?><r/>',
    "an encoding of more bytes": b'<?xml version="1.0" encoding="shift_jis"?><r/>',
    "no XML": "a,b\n1,2\n",
    "nothing": b"",
    "an open element": "<r><x>",
    "an entity that nobody declares": "<r>&e;</r>",
    "a NUL": "<r>\0</r>",
    "half a surrogate": "<r>\ud800</r>",
    "two roots": "<r/><r/>",
    "a doubled attribute": '<r a="1" a="2"/>',
    "a document type behind a comment": "<!-- a --><!DOCTYPE r><r/>",
    "a document type in UTF-16": "<!DOCTYPE r><r/>".encode("utf-16"),
    "entities in entities": '<!DOCTYPE r [<!ENTITY a "a"><!ENTITY b "&a;&a;">]><r>&b;</r>',
    "an entity of a parameter": '<!DOCTYPE r [<!ENTITY % e SYSTEM "http://localhost/e"> %e;]><r/>',
    "a document type and an open element": "<!DOCTYPE r><r><x>",
    "a document type behind the root": "<r/><!DOCTYPE r>",
    "the name of a document type in a text": "<r><!-- <!DOCTYPE r> --><![CDATA[<!DOCTYPE r>]]></r>",
}


@pytest.mark.parametrize("content", DOCUMENTS.values(), ids=DOCUMENTS)
def test_the_same_tree_or_the_same_refusal(content: str | bytes) -> None:
    assert outcome(root_of, content) == outcome(lambda text: fromstring(text, forbid_dtd=True), content)


def outcome(parse: Callable[[str | bytes], Element], content: str | bytes) -> bytes | type[Exception]:
    try:
        return tostring(parse(content), "utf-8")
    except Exception as error:
        return type(error)
