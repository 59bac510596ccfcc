"""Twilio, both ways: webhooks, calls, the sender, nurses' replies, the simulator."""
