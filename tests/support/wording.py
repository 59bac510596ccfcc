"""What every text to a patient must keep to (DOMAIN.md sections 2 and 5)."""

GSM7 = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
# DOMAIN.md section 5: carrier keywords that a patient must not be asked to send.
KEYWORDS = r"(?i)\b(reply|text|send|responda|escriba) (stop|end|cancel|quit|help|info|start|yes)\b"
