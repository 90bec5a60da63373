"""A schema whose operations are prepared once: parsed, validated and planned."""

import dataclasses
from typing import Self

import strawberry
from graphql import GraphQLSchema

from engine.documents import Documents
from engine.input_constructors import install_constructors
from engine.operation_cost import CostWeights, OperationCosts
from engine.operations import Operations
from engine.planning.argument_binding import ArgumentConverter
from engine.planning.plan_cache import PlanCache, RootPlanner


class Schema(strawberry.Schema):
    """Strawberry's schema, with its caches of documents, operations and plans."""

    documents: Documents
    operations: Operations
    plans: PlanCache
    costs: OperationCosts
    _planner: RootPlanner

    @property
    def core(self) -> GraphQLSchema:
        """The schema as graphql-core works with it."""
        return self._schema

    def use_planner(
        self, planner: RootPlanner, weights: CostWeights, *, has_introspection: bool
    ) -> Self:
        """Have `planner` plan the root fields, and return this schema, ready to execute."""
        install_constructors(self.core)
        self._planner, self.costs = planner, OperationCosts(self.core, weights)
        self.clear_caches(has_introspection=has_introspection)
        return self

    def clear_caches(self, *, has_introspection: bool) -> None:
        """Drop every document, operation and plan, as if nothing had been executed yet."""
        self.documents = Documents(self.core, has_introspection=has_introspection)
        self.operations = Operations(self.documents)
        converter = ArgumentConverter(self.schema_converter.scalar_registry, self.config)
        self.plans = PlanCache(self.core, converter, self._planner)

    def describe(self) -> dict[str, object]:
        """Return the statistics of the caches, as whole numbers by name."""
        return {
            **dataclasses.asdict(self.documents.statistics),
            "plans": dataclasses.asdict(self.plans.statistics),
        }
