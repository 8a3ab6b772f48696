"""The stages that a question passes through, assembled from the settings."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache, partial

from assistant.conversation.follow_ups import FollowUps
from assistant.conversation.model_rewriter import ModelRewriter
from assistant.conversation.rewriter import Rewriter
from assistant.groundedness.judge import ClaimJudge
from assistant.groundedness.language_model_judge import admitted_judge
from assistant.groundedness.model_judge import ModelJudge
from assistant.language_models.language_model import LanguageModel
from assistant.meaning.model import MeaningModel
from assistant.query.understand import KindOf
from assistant.reading.abstention import AbstentionPolicy
from assistant.reading.answered import answered_in
from assistant.reading.by_meaning import calibration_by_meaning
from assistant.reading.calibration import Calibration
from assistant.reading.fingerprint import calibration_fingerprint
from assistant.reading.models.load import load_reading_model
from assistant.reading.reader import Reader, WindowReader
from assistant.settings import Settings
from assistant.writing.compose import Composer
from assistant.writing.conflicts import contradiction_of
from assistant.writing.extractive import ExtractiveWriter
from assistant.writing.generative import ModelWriter
from assistant.writing.shaped import yes_odds_of
from index.encoders.encoder import Encoder
from index.retriever import Retriever

_REMEMBERED_ANSWERS = 256
"""Earlier turns of conversations, which are asked about again with each further one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stages:
    """One object for each stage.

    Without `model_rewriter`, follow-ups go by the rules of `rewriter` only. `judge` is the small model, for whoever has
    a text checked; what a language model writes may be judged by one, too, in `composer`. `calibration_mismatches` say
    why confidence is not calibrated, if it is not.
    """

    retriever: Retriever
    rewriter: Rewriter
    model_rewriter: Rewriter | None
    kind_of: KindOf
    reader: Reader
    abstention: AbstentionPolicy
    composer: Composer
    judge: ClaimJudge
    encoder: Encoder
    calibration_mismatches: tuple[str, ...]


def assemble_stages(
    settings: Settings, retriever: Retriever, encoder: Encoder, calibration: Calibration, model: LanguageModel | None
) -> Stages:
    """Return the stages that find with `retriever` and, where there is one, write with `model`."""
    answering = settings.answering
    reading_model = load_reading_model(answering.reader, settings.retrieval.threads)
    mismatches = calibration.mismatches(calibration_fingerprint(settings, encoder, reading_model))
    by_meaning = calibration_by_meaning(encoder.fingerprint)
    meaning = MeaningModel(threads=settings.retrieval.threads)
    judge = ModelJudge(meaning)
    writer = ExtractiveWriter(answering, yes_odds_of(meaning))
    follow_ups = FollowUps(
        retriever.rarity, lru_cache(_REMEMBERED_ANSWERS)(partial(answered_in, reading_model, names_decide=True))
    )
    return Stages(
        retriever=retriever,
        rewriter=follow_ups,
        model_rewriter=ModelRewriter(model, follow_ups) if model else None,
        kind_of=reading_model.kind_of,
        reader=WindowReader(retriever, reading_model, calibration, windows=answering.windows, by_meaning=by_meaning),
        abstention=AbstentionPolicy(
            calibration,
            answering.operating_point,
            retriever.rarity,
            is_calibrated=not mismatches,
            by_meaning=by_meaning,
        ),
        composer=Composer(
            writer,
            admitted_judge(settings, model, judge),
            contradiction_of(meaning),
            ModelWriter(model, settings.model) if model else None,
        ),
        judge=judge,
        encoder=encoder,
        calibration_mismatches=mismatches,
    )
