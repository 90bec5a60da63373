"""What callers give: the drafts of tracking/, with a description of every field."""
