"""Files in the documents of a Sellsy customer."""

from __future__ import annotations

import pytest

from simonsync.sandbox.box import Sandbox
from tests.sandbox.sellsy_caller import SellsyCaller, draft

PDF = ("BT-4711 Rapport d'intervention.pdf", b"%PDF-1.4 some bytes", "application/pdf")


def owner(box: Sandbox) -> dict[str, object]:
    return {"linkedtype": "third", "linkedid": next(iter(box.sellsy.customers))}


def test_5_11_an_uploaded_pdf_is_found_again(box: Sandbox, sellsy: SellsyCaller) -> None:
    answer = sellsy.ok("Briefcases.uploadFile", owner(box), {"do_file": PDF})
    assert answer == {"file_id": answer["file_id"], "file_fullname": PDF[0], "extension": "pdf"}
    assert box.sellsy.files[answer["file_id"]].content == PDF[1]
    listed = sellsy.ok("Briefcases.getList", {"search": owner(box) | {"mode": "flat"}})
    record = listed["result"][str(answer["file_id"])]
    assert (record["name"], record["extension"], record["size"]) == (PDF[0][:-4], "pdf", "19")
    assert record["file_fullname"] == PDF[0]
    assert listed["infos"]["nbtotal"] == "1"


def test_names_keep_their_accents(box: Sandbox, sellsy: SellsyCaller) -> None:
    name = "BT-1 Réception « Élise » 🙂.pdf"
    stored = sellsy.ok("Briefcases.uploadFile", owner(box), {"do_file": (name, b"x", "application/pdf")})
    assert stored["file_fullname"] == name


def test_the_same_name_twice_makes_two_files(box: Sandbox, sellsy: SellsyCaller) -> None:
    for _ in range(2):
        sellsy.ok("Briefcases.uploadFile", owner(box), {"do_file": PDF})
    third = next(iter(box.sellsy.customers))
    assert [f.file_name for f in box.sellsy.files_of(third)] == [PDF[0], PDF[0]]


def test_without_a_multipart_part_nothing_is_stored(box: Sandbox, sellsy: SellsyCaller) -> None:
    assert sellsy.refused("Briefcases.uploadFile", owner(box)) == ("E_PARAM_MISSING", "do_file is missing")
    other = {"file": PDF}
    assert sellsy.refused("Briefcases.uploadFile", owner(box), other)[0] == "E_PARAM_MISSING"
    empty = {"do_file": ("empty.pdf", b"", "application/pdf")}
    assert sellsy.refused("Briefcases.uploadFile", owner(box), empty)[0] == "E_PARAM_INVALID"
    assert box.sellsy.files == {}


@pytest.mark.parametrize(
    ("linkedtype", "linkedid", "code"),
    [
        ("third", 1, "E_OBJ_NOT_LOADABLE"),
        ("customer", 1, "E_PARAM_INVALID"),
        ("opportunity", 1, "E_OBJ_NOT_LOADABLE"),
        ("third", "", "E_PARAM_MISSING"),
    ],
)
def test_the_owner_must_exist(sellsy: SellsyCaller, linkedtype: str, linkedid: object, code: str) -> None:
    params = {"linkedtype": linkedtype, "linkedid": linkedid}
    assert sellsy.refused("Briefcases.uploadFile", params, {"do_file": PDF})[0] == code


def test_documents_products_and_contacts_have_files_too(box: Sandbox, sellsy: SellsyCaller) -> None:
    made = sellsy.ok("Document.create", draft(box))["doc_id"]
    contact = next(iter(box.sellsy.customers.values())).contacts[0].id
    product = box.sellsy.product_named("SER001").id
    for linkedtype, linkedid in (("invoice", made), ("people", contact), ("service", product)):
        params = {"linkedtype": linkedtype, "linkedid": linkedid}
        sellsy.ok("Briefcases.uploadFile", params, {"do_file": PDF})
        assert len(box.sellsy.files_of(linkedid, linkedtype)) == 1


def test_folders_and_other_owners_hold_nothing(box: Sandbox, sellsy: SellsyCaller) -> None:
    sellsy.ok("Briefcases.uploadFile", owner(box), {"do_file": PDF})
    folders = sellsy.ok("Briefcases.getList", {"search": owner(box) | {"mode": "folders"}})
    assert folders["result"] == []
    second = list(box.sellsy.customers)[1]
    other = sellsy.ok("Briefcases.getList", {"search": {"linkedtype": "third", "linkedid": second}})
    assert other["result"] == []
    assert sellsy.refused("Briefcases.getList")[0] == "E_PARAM_MISSING"


def test_a_file_can_be_deleted(box: Sandbox, sellsy: SellsyCaller) -> None:
    stored = sellsy.ok("Briefcases.uploadFile", owner(box), {"do_file": PDF})["file_id"]
    sellsy.ok("Briefcases.delete", {"filetype": "file", "fileid": stored})
    refusal = sellsy.refused("Briefcases.delete", {"filetype": "file", "fileid": stored})
    assert refusal == ("E_OBJ_NOT_LOADABLE", "Object file not loadable")
    assert box.sellsy.files == {}
