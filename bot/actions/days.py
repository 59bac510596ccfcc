"""The words for days and clock times, shared by the readers."""

import re

CLOCK = (
    r"(?:(?:[01]?\d|2[0-3]):[0-5]\d(?:\s*[ap]\.?m\b)?|\d{1,2}\s*(?:[ap]\.?m\b|o ?clock)"
    r"|noon|midnight|mediodia|medianoche)"
)
DAY = (
    r"(?:day before yesterday|yesterday|today|tonight|last night|this morning|this afternoon"
    r"|this evening|tomorrow morning|tomorrow night|tomorrow|in the morning|anteayer|ayer|hoy"
    r"|anoche|esta manana|esta tarde|esta noche|manana"
    r"|(?:mon|tues|wednes|thurs|fri|satur|sun)day|lunes|martes|miercoles|jueves|viernes"
    r"|sabado|domingo|\d{1,2}/\d{1,2}(?:/\d{2,4})?)"
)


def tidy(said: str) -> str:
    """ "a las 9", "at 9" and "8 tonight" with a clock time in them."""
    said = re.sub(r"\b(?:a las?|at|las) (\d{1,2})(?!\d|:|/|\s*[ap]\.?m)", r"\1:00", said)
    said = re.sub(r"\ba las? (?=\d)", "", said)
    return re.sub(r"\b(\d{1,2}) (tonight|in the|de la|this (?:morning|evening))", r"\1:00 \2", said)
