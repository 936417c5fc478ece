"""restic's snapshots, as backups are noted in their tags. Used by backup_list.py and beat_note.py."""


def tags_of(snapshot: dict) -> dict:
    return dict(tag.split(":", 1) for tag in snapshot.get("tags") or [] if ":" in tag)


def proofs_in(snapshots: list[dict]) -> dict[str, dict]:
    """By the snapshot that was read back: the one that says so, the last where there are several."""
    tagged = [(tags_of(snapshot), snapshot) for snapshot in snapshots]
    return {tags["of"]: snapshot for tags, snapshot in tagged if tags.get("kind") == "verified"}
