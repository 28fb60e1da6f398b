"""Quarters that are published, or taken away, in one step: what a test begins with, and no promise of the product."""

from __future__ import annotations

from ftm_assets.firm_topics.publish import verify_and_describe
from ftm_resources.contract import layout
from ftm_resources.contract.manifest import Manifest, Published, manifest_bytes
from ftm_resources.contract.publication import publication
from ftm_resources.store.object_store import ObjectStore
from ftm_resources.workers.plan import BatchPlan


def publish(store: ObjectStore, manifest: Manifest) -> Published:
    """Make what a manifest lists visible, whatever was there."""
    data = manifest_bytes(manifest)
    store.write(layout.manifest(manifest.asset, manifest.quarter), data)
    return Published.of(store, manifest, data)


def unpublish(store: ObjectStore, asset: str, quarter: str) -> None:
    """Take a quarter away, manifest first."""
    store.delete(layout.manifest(asset, quarter))
    for found in store.list(layout.published(asset, quarter)):
        store.delete(found.key)


def publish_topics(store: ObjectStore, plan: BatchPlan, transcripts: Published) -> Published:
    """Publish the topics that the workers of a plan have made, as the asset does when they have ended."""
    with publication(store, "firm_topics", plan.quarter, made_from=[transcripts]) as new:
        verify_and_describe(new, plan, transcripts)
    return new.published
