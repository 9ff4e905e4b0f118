"""The claims that the desk must be able to read, as items would print them, in several phrasings and languages."""

from collections.abc import Callable
from typing import Any

import pytest

Rows = list[dict[str, Any]]
MANDATE = {"kind": "mandate", "outcome": "authorised", "actor": "UN Security Council", "target": "MSS"}
BARRED = {"kind": "legal_ruling", "outcome": "barred", "occurred": "2024-01-26", "target": "KEN"}
ARRIVED = {
    "kind": "movement",
    "outcome": "arrived",
    "status": "occurred",
    "actor": "KEN",
    "occurred": "2024-06-25",
}
FILED = {"kind": "legal_filing", "occurred": "2024-05-16"}
SIGNED = {"kind": "agreement", "outcome": "signed", "occurred": "2024-03-01"}
SUPPORT = {"kind": "statement", "outcome": "support"}

ROWS = [
    # 1 the mandate: act, instrument, date, length, votes
    (
        "UN approves Haiti force\nThe Security Council adopted resolution 2699 on Monday, authorising the MSS for 12 months.",
        "2023-10-03",
        MANDATE | {"instrument": "S/RES/2699 (2023)", "occurred": "2023-10-02", "until": "2024-10-02"},
    ),
    (
        "On 2 October 2023 the UN Security Council authorised the MSS for 12 months by a vote of 13-0-2.",
        "2023-10-03",
        MANDATE | {"occurred": "2023-10-02", "until": "2024-10-02"},
    ),
    (
        "Vote in New York\nThe Security Council backed the Haiti mission on Monday by 13-0-2.",
        "2023-10-03",
        {
            "kind": "figure",
            "measure": "votes_abstained",
            "n": 2,
            "unit": "votes",
            "actor": "UN Security Council",
        },
    ),
    (
        "Haiti force gets its mandate\nThirteen members voted in favour on Monday and two abstained.",
        "2023-10-03",
        {"kind": "figure", "measure": "votes_for", "n": 13, "unit": "votes"},
    ),
    (
        "Haïti : feu vert de l'ONU\nLe Conseil de sécurité a adopté lundi la résolution 2699 autorisant pour douze mois la mission.",
        "2023-10-03",
        MANDATE | {"occurred": "2023-10-02", "until": "2024-10-02", "instrument": "S/RES/2699 (2023)"},
    ),
    (
        "Haití\nEl Consejo de Seguridad autorizó el lunes por doce meses la misión en Haití.",
        "2023-10-03",
        MANDATE | {"occurred": "2023-10-02", "until": "2024-10-02"},
    ),
    # 2 delays and their reasons
    (
        "Kenya's Haiti plan slips\nPresident Ruto said the deployment has been put off because the base is not ready.",
        "2024-05-25",
        {"kind": "delay", "actor": "KEN", "target": "MSS", "reason": "the base is not ready"},
    ),
    (
        "Haïti\nLe déploiement de la mission a été reporté faute de matériel.",
        "2024-05-25",
        {"kind": "delay", "target": "MSS", "reason": "matériel"},
    ),
    # 3 the fund: received, pledged, raised
    (
        "MSS funding\nThe UN trust fund for the mission had received $10.8 million as of 11 March.",
        "2024-03-12",
        {
            "kind": "fund_total",
            "measure": "received",
            "amount": "10800000",
            "currency": "USD",
            "occurred": "2024-03-11",
        },
    ),
    (
        "Money for Haiti\nThe MSS trust fund has raised only $21 million.",
        "2024-07-10",
        {"kind": "fund_total", "measure": "raised", "amount": "21000000", "target": "MSS trust fund"},
    ),
    (
        "Money for Haiti\nDonors have pledged $118 million to the MSS trust fund so far.",
        "2024-07-04",
        {"kind": "fund_total", "measure": "pledged", "amount": "118000000", "occurred": "2024-07-04"},
    ),
    (
        "Haïti\nLe fonds de la mission a reçu à ce jour 21 millions de dollars américains.",
        "2024-07-04",
        {"kind": "fund_total", "measure": "received", "amount": "21000000", "currency": "USD"},
    ),
    (
        "Haití\nEl fondo de la misión ha recibido hasta ahora 21 millones de dólares.",
        "2024-07-04",
        {"kind": "fund_total", "measure": "received", "amount": "21000000"},
    ),
    # 4 the ceiling, and Kenya's own offer
    (
        "The MSS is planned to have up to 2,500 security personnel.",
        "2024-07-10",
        {"kind": "ceiling", "n": 2500, "unit": "personnel", "approx": "at_most", "target": "MSS"},
    ),
    (
        "Haiti\nKenya has offered 1,000 police officers for the mission.",
        "2023-07-30",
        {"kind": "personnel_pledge", "n": 1000, "unit": "police", "actor": "KEN", "target": "MSS"},
    ),
    (
        "Haïti\nLe Kenya a promis 1 000 policiers à la mission.",
        "2023-07-30",
        {"kind": "personnel_pledge", "n": 1000, "unit": "police", "actor": "KEN"},
    ),
    (
        "Haití\nKenia ofreció enviar 1.000 policías a la misión.",
        "2023-07-30",
        {"kind": "personnel_pledge", "n": 1000, "unit": "police", "actor": "KEN"},
    ),
    # 5 the base
    (
        "Haiti\nThe United States is building the base where the mission will live.",
        "2024-05-10",
        {"kind": "logistics", "outcome": "under_way"},
    ),
    (
        "Haiti\nThe base of the MSS is 70 percent complete.",
        "2024-05-27",
        {"kind": "logistics", "outcome": "under_way", "n": 70, "unit": "percent"},
    ),
    # 6 the ruling
    (
        "Kenyan court and Haiti\nKenya's High Court ruled on Friday that sending police to Haiti was unconstitutional.",
        "2024-01-27",
        BARRED | {"actor": "High Court of Kenya", "case": "KE-E389-2023"},
    ),
    (
        "Haiti\nOn January 26, 2024, the High Court barred the deployment of Kenyan police to Haiti.",
        "2024-02-10",
        BARRED | {"actor": "High Court of Kenya"},
    ),
    (
        "Haïti\nLa Haute Cour du Kenya a jugé vendredi inconstitutionnel l'envoi de policiers en Haïti.",
        "2024-01-27",
        BARRED | {"actor": "High Court of Kenya"},
    ),
    (
        "Haití\nEl Tribunal Superior de Kenia declaró inconstitucional el viernes el despliegue en Haití.",
        "2024-01-27",
        BARRED | {"actor": "High Court of Kenya"},
    ),
    # 7 determination
    (
        "Ruto and Haiti\nPresident William Ruto remains determined to send the police to Haiti.",
        "2024-01-29",
        SUPPORT | {"actor": "KEN", "speaker": "William Ruto"},
    ),
    (
        "Haïti\nWilliam Ruto reste déterminé à envoyer la mission.",
        "2024-01-29",
        SUPPORT | {"actor": "KEN", "speaker": "William Ruto"},
    ),
    # 8 the filing of May, under either name
    (
        "A new appeal was filed on May 16, 2024 by the opposition Third Voice Alliance party to stop the Haiti mission.",
        "2024-06-30",
        FILED | {"actor": "Third Voice Alliance", "instrument": "appeal", "case": "KE-E389-2023"},
    ),
    (
        "Haiti case\nThirdway Alliance Kenya asked the High Court on Thursday to hold ministers in contempt.",
        "2024-05-17",
        FILED | {"actor": "Thirdway Alliance", "instrument": "contempt application"},
    ),
    (
        "Haïti\nLe parti d'Ekuru Aukot a déposé jeudi une requête pour outrage au tribunal.",
        "2024-05-17",
        FILED | {"actor": "Thirdway Alliance", "instrument": "contempt application"},
    ),
    # 9 the agreement
    (
        "Kenya and Haiti\nKenya and Haiti signed a reciprocal agreement in Nairobi on Friday.",
        "2024-03-02",
        SIGNED | {"actor": "KEN", "target": "HTI", "place": "Nairobi"},
    ),
    (
        "Haïti\nLe Kenya et Haïti ont signé vendredi un accord à Nairobi.",
        "2024-03-02",
        SIGNED | {"actor": "KEN", "target": "HTI"},
    ),
    (
        "Haití\nKenia y Haití firmaron el viernes un acuerdo en Nairobi.",
        "2024-03-02",
        SIGNED | {"actor": "KEN", "target": "HTI"},
    ),
    # 10 the United States
    (
        "US and Haiti\nAntony Blinken reaffirmed Washington's support for the mission on Thursday.",
        "2024-09-06",
        SUPPORT | {"actor": "USA", "speaker": "Antony Blinken", "occurred": "2024-09-05"},
    ),
    (
        "Haiti\nBrian A. Nichols stressed the United States' commitment to the MSS on Friday.",
        "2024-04-27",
        SUPPORT | {"actor": "USA", "speaker": "Brian Nichols", "occurred": "2024-04-26"},
    ),
    (
        "Haiti\nBlinken announced a further $100 million for the mission on Monday.",
        "2024-03-12",
        {
            "kind": "pledge",
            "actor": "USA",
            "amount": "100000000",
            "measure": "pledged_additional",
            "occurred": "2024-03-11",
        },
    ),
    (
        "Haiti\nThe United States pledged $100 million more on Monday, $300 million in all.",
        "2024-03-12",
        {"kind": "pledge", "actor": "USA", "amount": "300000000", "measure": "pledged_cumulative"},
    ),
    # 11 arrivals, and plans to arrive
    (
        "Kenyan police in Haiti\nAbout 200 Kenyan police officers arrived in Port-au-Prince on Tuesday.",
        "2024-06-26",
        ARRIVED | {"n": 200, "unit": "police", "approx": "about", "place": "Port-au-Prince", "target": "MSS"},
    ),
    (
        "Haiti\nThe first contingent of 400 Kenyan police landed in Haiti on June 25.",
        "2024-06-27",
        ARRIVED | {"n": 400, "unit": "police", "place": "Haiti"},
    ),
    (
        "Haiti\nBetween 200 and 400 Kenyan officers reached Port-au-Prince on 25 June.",
        "2024-06-27",
        ARRIVED | {"n": 200, "max": 400},
    ),
    (
        "Haïti\nQuelque 200 policiers kényans sont arrivés mardi à Port-au-Prince.",
        "2024-06-26",
        ARRIVED | {"n": 200, "unit": "police", "approx": "about", "place": "Port-au-Prince"},
    ),
    (
        "Haïti\nLe 25 juin, 200 policiers kényans ont débarqué à Port-au-Prince.",
        "2024-06-27",
        ARRIVED | {"n": 200, "unit": "police"},
    ),
    (
        "Haití\nUnos 200 policías kenianos llegaron el 25 de junio a Puerto Príncipe.",
        "2024-06-27",
        ARRIVED | {"n": 200, "unit": "police", "place": "Port-au-Prince"},
    ),
    (
        "Haiti\nThe first 200 Kenyan officers will arrive in Haiti on 23 May, an official said.",
        "2024-05-10",
        ARRIVED | {"status": "planned", "occurred": "2024-05-23", "n": 200},
    ),
    # 12 whom it strengthens, under either name
    (
        "Haiti\nThe troops are intended to strengthen the Haitian National Police.",
        "2024-06-26",
        {"kind": "operation", "status": "planned", "target": "PNH", "actor": "MSS"},
    ),
    (
        "Haiti\nThe MSSM will strengthen the HNP.",
        "2024-06-26",
        {"kind": "operation", "status": "planned", "target": "PNH", "actor": "MSS"},
    ),
]


@pytest.mark.parametrize(("text", "published", "wanted"), ROWS)
def test_claim_is_read(code: Callable[..., Rows], text: str, published: str, wanted: dict[str, Any]) -> None:
    """Each claim of the desk's source article is read from items that state it, in each phrasing and language."""
    rows = code(text, published)
    assert any(wanted.items() <= row.items() for row in rows), rows


BEYOND = [
    (
        "Haiti\nThe mission now numbers 400 people.",
        "2024-08-01",
        {"kind": "strength", "n": 400, "occurred": "2024-08-01"},
    ),
    (
        "Haiti\nKenya has deployed at least 600 officers to the mission.",
        "2025-01-20",
        {"kind": "strength", "n": 600, "unit": "police", "approx": "at_least", "actor": "KEN"},
    ),
    (
        "Haiti\nGarry Conille was named prime minister on Tuesday.",
        "2024-05-29",
        {"kind": "appointment", "outcome": "in", "target": "Garry Conille", "occurred": "2024-05-28"},
    ),
    (
        "Haiti\nPrime Minister Ariel Henry resigned on Wednesday.",
        "2024-04-25",
        {"kind": "appointment", "outcome": "out", "target": "Ariel Henry", "occurred": "2024-04-24"},
    ),
    (
        "Haiti\nCanada imposed sanctions on two gang leaders on Monday.",
        "2024-08-20",
        {"kind": "sanction", "actor": "CAN", "outcome": "imposed"},
    ),
    (
        "Haiti\nGangs killed at least 70 people in Pont-Sondé on Thursday.",
        "2024-10-04",
        {
            "kind": "incident",
            "n": 70,
            "approx": "at_least",
            "measure": "killed",
            "place": "Pont-Sondé",
            "actor": "gangs",
        },
    ),
    (
        "Haiti\nPolice and the MSS arrested 12 suspects on Saturday.",
        "2024-11-25",
        {"kind": "operation", "n": 12, "measure": "arrested", "occurred": "2024-11-23"},
    ),
    (
        "Haiti\nA Kenyan policeman of the mission was killed on Sunday.",
        "2025-02-24",
        {"kind": "casualty", "n": 1, "unit": "police", "target": "KEN", "outcome": "killed"},
    ),
    (
        "Haiti\nMore than 578,000 people are displaced by gang violence.",
        "2024-06-18",
        {"kind": "indicator", "n": 578000, "measure": "displaced", "approx": "at_least"},
    ),
    ("Haiti\nThe airport was closed on Monday.", "2024-11-12", {"kind": "access", "outcome": "closed"}),
    (
        "Haiti\nThe government declared a state of emergency on Wednesday.",
        "2024-07-18",
        {"kind": "emergency", "outcome": "declared", "occurred": "2024-07-17", "actor": "HTI"},
    ),
    (
        "Haiti\nElections will be held in August 2026, the Transitional Presidential Council said.",
        "2025-12-02",
        {"kind": "election", "status": "planned", "occurred": "2026-08", "outcome": "scheduled"},
    ),
]


@pytest.mark.parametrize(("text", "published", "wanted"), BEYOND)
def test_the_rest_of_the_situation_is_read(
    code: Callable[..., Rows], text: str, published: str, wanted: dict[str, Any]
) -> None:
    """What happened after the source article is read by the same rules."""
    rows = code(text, published)
    assert any(wanted.items() <= row.items() for row in rows), rows


STATUSES = [
    ("The first 200 Kenyan officers could arrive in Haiti next week.", "hypothetical"),
    ("Kenya denied that 200 of its officers had arrived in Haiti.", "denied"),
    ("Some 200 Kenyan officers have reportedly arrived in Haiti.", "unconfirmed"),
    ("Some 200 Kenyan officers are expected to arrive in Haiti next week.", "planned"),
    ("Some 200 Kenyan officers arrived in Haiti yesterday.", "occurred"),
]


@pytest.mark.parametrize(("text", "status"), STATUSES)
def test_a_plan_never_becomes_an_arrival(code: Callable[..., Rows], text: str, status: str) -> None:
    """Cue words before the trigger decide whether an arrival occurred."""
    rows = [row for row in code(f"Haiti mission\n{text}", "2024-06-20") if row["kind"] == "movement"]
    assert [row["status"] for row in rows] == [status]
