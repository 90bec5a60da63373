"""The words of pages and messages: catalogs, statuses, troubles, events, estimates and zones."""
