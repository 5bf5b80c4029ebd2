"""The catalogue's tables, and the steps from each version of them to the next.

Steps are appended and never edited: `PRAGMA user_version` counts how many a file has had.

Paths are TEXT where they are UTF-8 and BLOB where they are not (`core.catalogue.paths`).
"""

from __future__ import annotations

_FIRST = """
CREATE TABLE setting (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL                     -- JSON
) WITHOUT ROWID;

-- A folder (or table, or dump) that was imported.
CREATE TABLE source (
    id       INTEGER PRIMARY KEY,
    root     NOT NULL UNIQUE,               -- absolute folder that photo paths start from
    layout   TEXT NOT NULL,
    added_at REAL NOT NULL                  -- seconds since 1970, UTC, here and everywhere
);

CREATE TABLE item (
    id          INTEGER PRIMARY KEY AUTOINCREMENT, -- in the scrape's order; never used twice
    source_id   INTEGER NOT NULL REFERENCES source,
    key         TEXT NOT NULL,              -- what the scrape calls it: folder or id
    category    TEXT NOT NULL DEFAULT '',
    title       TEXT NOT NULL DEFAULT '',
    brand       TEXT NOT NULL DEFAULT '',
    size        TEXT NOT NULL DEFAULT '',
    colour      TEXT NOT NULL DEFAULT '',
    condition   TEXT NOT NULL DEFAULT '',
    price       REAL,
    currency    TEXT NOT NULL DEFAULT '',   -- ISO 4217
    url         TEXT NOT NULL DEFAULT '',
    description TEXT NOT NULL DEFAULT '',
    extra       TEXT NOT NULL DEFAULT '{}', -- JSON: whatever else the scrape said

    -- the user's decisions
    state       TEXT NOT NULL DEFAULT 'open',
    reason      TEXT NOT NULL DEFAULT '',   -- of a rejection of the whole item
    note        TEXT NOT NULL DEFAULT '',
    merged_into INTEGER REFERENCES item,    -- its photos went there
    split_from  INTEGER REFERENCES item,    -- the scrape's item that the user split it from

    -- derived from photos and hints (core.catalogue.counts)
    photo_count      INTEGER NOT NULL DEFAULT 0,
    kept_count       INTEGER NOT NULL DEFAULT 0,
    unreadable_count INTEGER NOT NULL DEFAULT 0,
    hint_mask        INTEGER NOT NULL DEFAULT 0,  -- 1 << HintKind.bit
    suspicion        REAL NOT NULL DEFAULT 0,
    UNIQUE (source_id, key)
);
-- An item that was split off comes right after the one it came from.
CREATE INDEX item_in_order ON item (coalesce(split_from, id), id);
CREATE INDEX item_by_suspicion ON item (suspicion DESC, id);
CREATE INDEX item_by_category ON item (category);

CREATE TABLE photo (
    id           INTEGER PRIMARY KEY,
    item_id      INTEGER NOT NULL REFERENCES item,
    position     INTEGER NOT NULL,          -- order within the item, from 0, with gaps
    source_id    INTEGER NOT NULL REFERENCES source,
    path         NOT NULL,                  -- relative to source.root, or to downloads if url
    crop         TEXT NOT NULL DEFAULT '',  -- 'x1,y1,x2,y2' where the photo is a part of a file
    url          TEXT NOT NULL DEFAULT '',
    status       TEXT NOT NULL,
    problem      TEXT NOT NULL DEFAULT '',  -- why it is unreadable or was not downloaded
    byte_count   INTEGER,
    mtime_ns     INTEGER,
    content_hash BLOB,                      -- SHA-256 of the file, 32 bytes
    verdict      TEXT NOT NULL DEFAULT '',
    reason       TEXT NOT NULL DEFAULT '',  -- of a rejection
    quarantine,                             -- where Apply has put it, relative to the quarantine
    UNIQUE (source_id, path, crop)
);
CREATE INDEX photo_by_item ON photo (item_id, position);
CREATE INDEX photo_by_content ON photo (content_hash);
CREATE INDEX photo_by_status ON photo (status) WHERE status <> 'ready';
CREATE INDEX photo_rejected ON photo (item_id) WHERE verdict = 'rejected';
CREATE INDEX photo_quarantined ON photo (id) WHERE quarantine IS NOT NULL;

-- What was computed from a file's bytes; keyed by them, so that a renamed file costs nothing.
CREATE TABLE content (
    hash             BLOB PRIMARY KEY,      -- SHA-256 (with the crop appended where there is one)
    features_version INTEGER NOT NULL,
    width            INTEGER NOT NULL,      -- pixels, upright
    height           INTEGER NOT NULL,
    container        TEXT NOT NULL,
    orientation      INTEGER NOT NULL,      -- EXIF, 1 to 8
    jpeg_quality     INTEGER,
    phash            INTEGER NOT NULL,      -- 64 bits as a signed integer
    features         BLOB NOT NULL
) WITHOUT ROWID;

CREATE TABLE hint (
    id              INTEGER PRIMARY KEY,
    item_id         INTEGER NOT NULL REFERENCES item,
    kind            TEXT NOT NULL,
    photo_id        INTEGER NOT NULL REFERENCES photo,   -- the photo that it accuses
    other_photo_id  INTEGER REFERENCES photo,            -- the better copy, for duplicates
    relation        TEXT NOT NULL DEFAULT '',            -- 'resized', 'mirrored', …
    score           REAL NOT NULL,                       -- 0…1, how sure
    why             TEXT NOT NULL,
    better_why      TEXT NOT NULL DEFAULT ''
);
CREATE INDEX hint_by_item ON hint (item_id);
CREATE INDEX hint_by_photo ON hint (photo_id);
CREATE INDEX hint_by_other ON hint (other_photo_id) WHERE other_photo_id IS NOT NULL;

-- Pairs that the user has said are no duplicates, by content; hash_a <= hash_b.
CREATE TABLE not_duplicate (
    hash_a BLOB NOT NULL,
    hash_b BLOB NOT NULL,
    PRIMARY KEY (hash_a, hash_b)
) WITHOUT ROWID;

-- The hints that still hold: both photos are where they were when the hint was found, and the user
-- has not denied it. So a decision takes hints away, and its undoing brings them back, at once.
CREATE VIEW standing_hint AS
SELECT hint.* FROM hint
JOIN photo ON photo.id = hint.photo_id AND photo.item_id = hint.item_id
LEFT JOIN photo AS other ON other.id = hint.other_photo_id
WHERE (other.id IS NULL
       OR (other.item_id = hint.item_id) = (hint.kind <> 'in another item'))
  AND NOT EXISTS (
    SELECT 1 FROM not_duplicate
    WHERE hash_a = min(photo.content_hash, other.content_hash)
      AND hash_b = max(photo.content_hash, other.content_hash));

-- Items whose hints must be found again: photos came, went or moved.
CREATE TABLE stale_item (item_id INTEGER PRIMARY KEY REFERENCES item);

-- The journal: one row for each thing the user did, undone or not; rows are never deleted.
CREATE TABLE operation (
    id        INTEGER PRIMARY KEY,
    at        REAL NOT NULL,
    who       TEXT NOT NULL,
    kind      TEXT NOT NULL,
    summary   TEXT NOT NULL,                -- as shown in the history and the undo menu
    item_id   INTEGER,                      -- where it was done; a split's item goes with its undo
    undoes    INTEGER REFERENCES operation,
    undone_by INTEGER REFERENCES operation,
    redoable  INTEGER NOT NULL DEFAULT 1    -- 0 once something else was done after its undoing
);
CREATE INDEX operation_done ON operation (id) WHERE undone_by IS NULL AND undoes IS NULL;
CREATE INDEX operation_undone ON operation (id) WHERE undone_by IS NOT NULL AND redoable = 1;

-- The items whose rows or photos an operation changed.
CREATE TABLE touched (
    item_id      INTEGER NOT NULL,
    operation_id INTEGER NOT NULL REFERENCES operation,
    PRIMARY KEY (item_id, operation_id)
) WITHOUT ROWID;
CREATE INDEX touched_by_operation ON touched (operation_id);

-- What an operation changed, so that it can be undone.
CREATE TABLE change (
    id           INTEGER PRIMARY KEY,
    operation_id INTEGER NOT NULL REFERENCES operation,
    entity       TEXT NOT NULL,             -- 'item', 'photo' or 'not_duplicate'
    entity_id    NOT NULL,
    field        TEXT NOT NULL,             -- a column, or 'row' for a row that came into being
    before,
    after
);
CREATE INDEX change_by_operation ON change (operation_id);

-- The journal of Apply and Restore: written before a file is touched.
CREATE TABLE file_move (
    id           INTEGER PRIMARY KEY,
    batch        INTEGER NOT NULL,          -- one Apply or Restore
    at           REAL NOT NULL,
    photo_id     INTEGER NOT NULL REFERENCES photo,
    direction    TEXT NOT NULL,             -- 'quarantine' or 'restore'
    original     NOT NULL,                  -- absolute path at that time
    quarantine   NOT NULL,                  -- path relative to the project's quarantine
    content_hash BLOB NOT NULL,
    byte_count   INTEGER NOT NULL,
    mtime_ns     INTEGER NOT NULL,
    state        TEXT NOT NULL              -- core.cleaning.moves.MoveState
);
CREATE INDEX file_move_by_photo ON file_move (photo_id);
CREATE INDEX file_move_by_batch ON file_move (batch);
CREATE INDEX file_move_unfinished ON file_move (id) WHERE state IN ('planned', 'rolling back');
"""

_AVAILABILITY = """
-- Whether an item can still be bought: what its page said when it was last asked.
CREATE TABLE availability (
    item_id    INTEGER PRIMARY KEY REFERENCES item,
    state      TEXT NOT NULL,               -- core.embedding.availability.Availability
    why        TEXT NOT NULL,
    checked_at REAL NOT NULL
);
"""

_QUEUE = """
-- What the queue's usual questions need lies in the indexes, so that no item is looked at: that
-- halves the time for 200,000 items, and saves reading the table off a cold disk.
DROP INDEX item_in_order;
CREATE INDEX item_in_order
    ON item (coalesce(split_from, id), id, state, hint_mask, split_from);
DROP INDEX item_by_suspicion;
CREATE INDEX item_by_suspicion ON item (suspicion DESC, id, state, hint_mask);
DROP INDEX item_by_category;
CREATE INDEX item_by_category ON item (category, state);
"""

_TAGS = """
-- Names that the user gave to photos in the explorer; a photo may have several.
CREATE TABLE photo_tag (
    tag      TEXT NOT NULL,
    photo_id INTEGER NOT NULL REFERENCES photo,
    PRIMARY KEY (tag, photo_id)
) WITHOUT ROWID;
"""

_TAGS_OF_A_PHOTO = """
-- Tags are journalled like other decisions: `change.entity` is 'tag' as well, its entity_id the
-- photo's, and before or after the name. The index is for every item that is shown.
CREATE INDEX photo_tag_by_photo ON photo_tag (photo_id);
"""

_SENT = """
-- Sending photos back to be cleaned is journalled too: `change.entity` is 'hint' as well, its
-- entity_id the photo's, before and after the hint as JSON. The index is for marking what was sent.
CREATE INDEX hint_sent ON hint (photo_id) WHERE relation = 'from the explorer';
"""

STEPS: tuple[str, ...] = (_FIRST, _AVAILABILITY, _QUEUE, _TAGS, _TAGS_OF_A_PHOTO, _SENT)
