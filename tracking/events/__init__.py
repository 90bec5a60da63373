"""Tracking events: recording, matching to shipments, retraction."""
