"""Our intent classifier as a component of Rasa's pipeline; the model itself is bot/linear.py."""

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.linear import DEFAULTS, Model

_RANKING = 10  # intents named in the tracker with their confidence


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class LinearIntents(GraphComponent, IntentClassifier):
    """Sets intent and intent_ranking; no tokenizer and no featurizer is needed before it."""

    def __init__(self, config, model_storage, resource):
        self._config, self._storage, self._resource = config, model_storage, resource
        self.model = None

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """What config.yml may change."""
        return dict(DEFAULTS)

    # Rasa checks these annotations when it builds its graph.
    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "LinearIntents":
        """An untrained component."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **_kwargs: Any,
    ) -> "LinearIntents":
        """A trained component, out of Rasa's model archive."""
        component = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder:
            component.model = Model.read(config, folder)
        return component

    def train(self, training_data: TrainingData) -> Resource:
        """Fit on all examples with an intent and store the model."""
        examples = [e for e in training_data.intent_examples if e.get(TEXT)]
        texts, intents = zip(*((e.get(TEXT), e.get(INTENT)) for e in examples), strict=True)
        self.model = Model.fit(self._config, texts, intents)
        with self._storage.write_to(self._resource) as folder:
            self.model.write(folder)
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Nothing to add for components after this one."""
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Set intent and intent_ranking; a text without any known piece has confidence 0."""
        for message in messages:
            ranking = self.model.rank(message.get(TEXT) or "")
            message.set(INTENT, ranking[0], add_to_output=True)
            message.set(INTENT_RANKING_KEY, ranking[:_RANKING], add_to_output=True)
        return messages
