"""Every sign of DOMAIN.md section 2, said plainly in English and in Spanish, pages high enough."""

import pytest

from screening import screen
from screening.result import RANK

T1, T2, T3 = "emergency_911", "stop_pump_call_nurse", "nurse_urgent"

SIGNS = [
    (T1, "I am itching all over", "tengo comezón en todo el cuerpo"),
    (T1, "I have hives", "tengo ronchas"),
    (T1, "I am short of breath", "me falta el aire"),
    (T1, "I feel dizzy", "estoy mareada"),
    (T2, "the pole fell and the pump broke", "se cayó el pedestal y se rompió la bomba"),
    (T2, "the medicine is not dripping", "el suero no gotea"),
    (T2, "there is a tear in the tubing", "la manguera tiene un hoyo"),
    (T2, "the pump alarm is going off", "la bomba está sonando"),
    (T3, "the site is red and swollen", "está rojo alrededor del catéter"),
    (T3, "my port site hurts", "me duele donde entra la aguja"),
    (T3, "I have a fever", "tengo fiebre"),
    (T3, "he has chills", "tiene escalofríos"),
    (T3, "my neck is swollen", "tengo el cuello hinchado"),
    (T3, "the catheter came out", "se salió el catéter"),
    (T1, "I have chest pain", "me duele el pecho"),
    (T1, "he fainted", "se desmayó"),
    (T1, "my heart is racing and I feel dizzy", "tengo palpitaciones y mareo"),
    (T1, "her face is drooping", "tiene la cara chueca"),
    (T1, "her speech is slurred", "no puede hablar"),
    (T1, "worst headache of my life", "el peor dolor de cabeza de mi vida"),
    (T1, "my tongue is swelling", "se me hincha la lengua"),
    (T1, "his lips are blue", "tiene los labios morados"),
    (T1, "air went into the line and I am coughing", "le entró aire en la vena"),
    (T1, "a piece of the catheter is missing", "falta un pedazo del catéter"),
    (T1, "the hickman came out of his chest", "se le salió el hickman"),
    (T1, "the bleeding won't stop", "no para de sangrar"),
    (T1, "she is vomiting blood", "está vomitando sangre"),
    (T1, "my stool is black like tar", "el excremento salió negro"),
    (T1, "hit my head and I take eliquis", "me pegué en la cabeza y tomo warfarina"),
    (T1, "he won't wake up", "no despierta"),
    (T1, "she is having a seizure", "está convulsionando"),
    (T1, "very sleepy on the morphine pump", "está muy dormido con la morfina"),
    (T1, "he got too much morphine", "le pusieron demasiada morfina"),
    (T2, "it ran in too fast", "pasó demasiado rápido"),
    (T2, "they gave me a double dose", "le puse doble dosis"),
    (T2, "the pump has the wrong rate", "la medicina equivocada"),
    (T1, "I don't want to live", "no quiero vivir"),
    (T1, "fever of 103 and he is confused", "tiene fiebre y está confundido"),
    (T1, "he is on chemo and has a fever of 101", "está con quimio y tiene fiebre"),
    (T1, "my newborn has a fever", "mi recién nacido tiene fiebre"),
    (T2, "chemo burning at the port site", "me arde el puerto con la quimio"),
    (T2, "chemo spilled on the floor", "se derramó la quimio"),
    (T2, "I can't flush the line", "no puedo lavar el catéter"),
    (T2, "blood is backing up in the tubing", "la sangre se regresa por la manguera"),
    (T3, "shaky and sweaty after the TPN stopped", "temblorosa y sudando después de la nutrición"),
    (T3, "stiff neck and light hurts my eyes", "cuello tieso y me molesta la luz"),
    (T3, "there is pus at the site", "le sale pus"),
    (T3, "a red streak is going up my arm", "tiene una raya roja en el brazo"),
    (T3, "my dressing is wet and coming off", "el parche está mojado"),
    (T3, "sores in my mouth and a rash with blisters", "tengo llagas en la boca"),
    (T3, "severe watery diarrhea", "tengo mucha diarrea"),
    (T3, "ringing in my ears since the antibiotic", "me zumban los oídos"),
    (T3, "the bag is cloudy", "la bolsa está turbia"),
    (T3, "the label has the wrong name", "la bolsa tiene otro nombre"),
    (T3, "the power is out and the pump battery is low", "se fue la luz y la batería está baja"),
    (T3, "the pump is smoking", "la bomba echa humo"),
    (T1, "the pump is on fire", "la bomba se está quemando"),
    (T3, "I stuck myself with her needle", "me piqué con la aguja"),
    (T1, "the baby is limp and blue", "el bebé está morado y aguado"),
    (T3, "something is very wrong", "algo está muy mal"),
    (T3, "I can't cope with this anymore", "ya no puedo cuidarlo, no aguanto más"),
]
BOTH = [(text, tier) for tier, *texts in SIGNS for text in texts]


@pytest.mark.parametrize(("text", "tier"), BOTH)
def test_a_plain_statement_pages_at_its_tier_or_higher(text: str, tier: str) -> None:
    result = screen(text)
    assert result.decision == "page"
    assert RANK[result.tier] >= RANK[tier], result


PRODUCT_ERRORS = [
    "she got somebody elses bag",
    "we gave theo somebody elses bag, the label says Martin",
    "i gave him both bags because i thought the first one was empty",
    "le puse las dos bolsas porque pense que la primera estaba vacia",
    "i took my dose twice",
    "i did my heparin three times today because i forgot i already did it",
    "le pusimos la bolsa de otro paciente",
    "bag expired last month and i just ran it",
]


@pytest.mark.parametrize("text", PRODUCT_ERRORS)
def test_a_wrong_or_double_dose_that_went_in_pages(text: str) -> None:
    """DOMAIN.md section 2: wrong drug, patient or rate, double dose: T2, symptoms or not."""
    result = screen(text)
    assert (result.decision, result.tier) == ("page", "stop_pump_call_nurse")


@pytest.mark.parametrize(
    "text",
    [
        "what if i take a double dose",
        "nurse says never double dose, right?",
        "i take my antibiotic twice a day",
        "they delivered somebody elses box to my porch",
        "expired meds, do i throw them away",
    ],
)
def test_talk_about_doses_does_not_page(text: str) -> None:
    assert screen(text).decision != "page"


@pytest.mark.parametrize(
    ("text", "tier"),
    [
        ("forgot the caps off the line all night in bed", T3),
        ("se me olvido cerrar la pinza toda la noche y la linea quedo abierta", T3),
        ("my vision has curtains", T1),
    ],
)
def test_misses_of_the_trial_page(text: str, tier: str) -> None:
    result = screen(text)
    assert (result.decision, RANK[result.tier] >= RANK[tier]) == ("page", True)


def test_a_question_about_too_many_pills_is_asked_about_or_paged() -> None:
    result = screen("whats the most of these pain ones a person could take at once")
    assert result.decision != "none"
    assert result.suicidal
