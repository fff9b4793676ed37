"""Modalities: how a service was delivered."""

from __future__ import annotations

from typing import Final

from payer_rules.vocabularies.vocabulary import Term, Vocabulary

MODALITIES: Final = Vocabulary(
    "a modality",
    (
        Term("in-person", "clinician and patient were in one room", ("face to face", "onsite")),
        Term(
            "video",
            "live, with sound and picture",
            ("audio and video", "audio-video", "audiovisual", "synchronous video"),
        ),
        Term(
            "audio",
            "live, with sound alone",
            ("audio only", "telephone", "phone"),
        ),
        Term(
            "asynchronous",
            "recorded and looked at later",
            ("store and forward",),
        ),
    ),
)
