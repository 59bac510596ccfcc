"""What Rasa may say and do: data, custom actions, and its own channel, stores and classifier.

Two environments read this package (DESIGN.md section 3): `bot.actions` runs in the app's,
everything else runs inside Rasa's and imports nothing of ours outside this folder.
"""
