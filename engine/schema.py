"""A schema whose operations are prepared once: parsed, validated and planned."""

import dataclasses
from typing import Self

import strawberry
from graphql import GraphQLSchema

from engine.documents import Documents
from engine.input_constructors import install_constructors
from engine.operations import Operations
from engine.planning.argument_binding import ArgumentConverter
from engine.planning.plan_cache import PlanCache, RootPlanner


class Schema(strawberry.Schema):
    """Strawberry's schema, with the documents, operations and plans that are made of it."""

    documents: Documents
    operations: Operations
    plans: PlanCache
    _planner: RootPlanner

    @property
    def core(self) -> GraphQLSchema:
        """The schema as graphql-core works with it."""
        return self._schema

    def planned_by(self, planner: RootPlanner, *, has_introspection: bool) -> Self:
        """Take `planner` to read root fields by, and return this schema, ready to execute."""
        install_constructors(self.core)
        self._planner = planner
        self.forget(has_introspection=has_introspection)
        return self

    def forget(self, *, has_introspection: bool) -> None:
        """Drop every document, operation and plan, as if nothing had been executed yet."""
        self.documents = Documents(self.core, has_introspection=has_introspection)
        self.operations = Operations(self.documents)
        conversion = ArgumentConverter(self.schema_converter.scalar_registry, self.config)
        self.plans = PlanCache(self.core, conversion, self._planner)

    def describe(self) -> dict[str, object]:
        """Return how often documents and plans were found ready, as whole numbers."""
        return {
            **dataclasses.asdict(self.documents.tally),
            "plans": dataclasses.asdict(self.plans.tally),
        }
