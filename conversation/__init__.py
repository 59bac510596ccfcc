"""Decides who answers: inbox, turns, consent, identity, reports, requests."""

from conversation.bot_client import Bot, BotUnavailable
from conversation.inbox import Inbound, Received, receive
from conversation.keywords import keyword
from conversation.requests import nurse_by_call
from conversation.turns import take_turns

__all__ = [
    "Bot",
    "BotUnavailable",
    "Inbound",
    "Received",
    "keyword",
    "nurse_by_call",
    "receive",
    "take_turns",
]
