"""Quarters that are published, or taken away, in one step: what a test begins with, and no promise of the product."""

from __future__ import annotations

from ftm_assets.firm_topics.publish import verify_and_describe
from ftm_resources.contract.asset import Asset
from ftm_resources.contract.manifest import Manifest, Published, manifest_bytes
from ftm_resources.contract.publication import publication
from ftm_resources.contract.schemas import ASSETS, FIRM_TOPICS
from ftm_resources.store.object_store import ObjectStore
from ftm_resources.workers.plan import BatchPlan


def publish(store: ObjectStore, manifest: Manifest) -> Published:
    """Make what a manifest lists visible, whatever was there."""
    data = manifest_bytes(manifest)
    asset = ASSETS[manifest.asset]
    store.write(asset.manifest(manifest.quarter), data)
    return Published.of(store, asset, manifest, data)


def unpublish(store: ObjectStore, asset: Asset, quarter: str) -> None:
    """Take a quarter away, manifest first."""
    store.delete(asset.manifest(quarter))
    for found in store.list(asset.folder(quarter)):
        store.delete(found.key)


def publish_topics(store: ObjectStore, plan: BatchPlan, transcripts: Published) -> Published:
    """Publish the topics that the workers of a plan have made, as the asset does when they have ended."""
    with publication(store, FIRM_TOPICS, plan.quarter, made_from=[transcripts]) as new:
        verify_and_describe(new, plan, transcripts)
    return new.published
