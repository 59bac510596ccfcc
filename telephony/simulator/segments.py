"""How many segments a text takes: GSM-7 160/153, UCS-2 70/67 (3GPP TS 23.038)."""

GSM_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_EXTENDED = frozenset("^{}\\[~]|€\f")


def count_segments(body: str) -> int:
    """Number of segments the carrier bills for `body`; an empty body takes one."""
    if all(letter in GSM_BASIC or letter in GSM_EXTENDED for letter in body):
        length = sum(2 if letter in GSM_EXTENDED else 1 for letter in body)
        return _parts(length, 160, 153)
    return _parts(len(body.encode("utf-16-be")) // 2, 70, 67)


def _parts(length: int, single: int, joined: int) -> int:
    return 1 if length <= single else -(-length // joined)
