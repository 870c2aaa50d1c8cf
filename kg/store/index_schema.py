"""The tables of the index (`kg.store.index`), as SQL.

All but `history` and `meta` follow from the dataset and can be made anew from it. `total` is kept
by triggers, so that counts are looked up and not counted.
"""

from __future__ import annotations

from typing import Final

FORMAT: Final = "4"

KEPT: Final = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS history (
    n INTEGER PRIMARY KEY,
    time TEXT NOT NULL,       -- UTC, to the second
    revision INTEGER NOT NULL,
    change TEXT NOT NULL,     -- added or removed
    kind TEXT NOT NULL,       -- document or statement
    id TEXT NOT NULL,
    said TEXT NOT NULL        -- what it was, as JSON: what is removed cannot be looked up
);
CREATE INDEX IF NOT EXISTS history_time ON history (time, n);
"""

TABLES: Final = """
CREATE TABLE document (
    id TEXT PRIMARY KEY, title TEXT NOT NULL, day TEXT NOT NULL, source TEXT,
    publisher TEXT NOT NULL, language TEXT NOT NULL, statements INTEGER NOT NULL,
    original TEXT NOT NULL,   -- the document that it is a copy of, or its own id
    prints INTEGER NOT NULL   -- how many fingerprints it has
) WITHOUT ROWID;
CREATE INDEX document_day ON document (day DESC, id);
CREATE INDEX document_publisher ON document (publisher, day);
CREATE INDEX document_original ON document (original);

-- Fingerprints of texts (`kg.analyse.copies`).
CREATE TABLE print (hash INTEGER, document TEXT, PRIMARY KEY (hash, document)) WITHOUT ROWID;
CREATE INDEX print_document ON print (document);

CREATE TABLE evidence (
    n INTEGER PRIMARY KEY, document TEXT NOT NULL, statement TEXT NOT NULL, day TEXT NOT NULL,
    modality TEXT NOT NULL, confidence REAL NOT NULL
);
CREATE INDEX evidence_statement ON evidence (statement);
CREATE INDEX evidence_document ON evidence (document);

-- The dates that pieces of evidence give; `first` and `last` are days.
CREATE TABLE dated (
    evidence INTEGER NOT NULL, statement TEXT NOT NULL, qualifier TEXT NOT NULL,
    edtf TEXT NOT NULL, text TEXT NOT NULL, basis TEXT NOT NULL, precision TEXT NOT NULL,
    first TEXT NOT NULL, last TEXT NOT NULL
);
CREATE INDEX dated_evidence ON dated (evidence);
CREATE INDEX dated_place ON dated (first, last, statement, qualifier, edtf);

-- `object` is an entity, or empty where the object is `text` or a sum. `modality` is the firmest of
-- the evidence, `modalities` their counts as JSON, `confidence` the greatest; `belief` is that of
-- the firmest modality, `beliefs` those of all as JSON. `earliest` and `latest` are days of
-- documents; `earliest` is empty only where none has one.
CREATE TABLE statement (
    id TEXT PRIMARY KEY, subject TEXT NOT NULL, predicate TEXT NOT NULL, object TEXT NOT NULL,
    text TEXT NOT NULL, amount REAL, currency TEXT NOT NULL,
    modality TEXT NOT NULL, modalities TEXT NOT NULL, evidence INTEGER NOT NULL,
    documents INTEGER NOT NULL, earliest TEXT NOT NULL, latest TEXT NOT NULL,
    confidence REAL NOT NULL, belief REAL NOT NULL, beliefs TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX statement_latest ON statement (latest DESC, id);
CREATE INDEX statement_subject ON statement (subject, latest DESC, id);
CREATE INDEX statement_object ON statement (object, latest DESC, id);
CREATE INDEX statement_predicate ON statement (predicate, latest DESC, id);

CREATE TABLE entity (
    id TEXT PRIMARY KEY, type TEXT NOT NULL, name TEXT NOT NULL, sorted TEXT NOT NULL,
    catalogue INTEGER NOT NULL, aliases TEXT NOT NULL  -- as JSON
) WITHOUT ROWID;
CREATE INDEX entity_sorted ON entity (sorted, id);
CREATE INDEX entity_type ON entity (type, sorted, id);

-- How many statements an entity is the subject or the object of.
CREATE TABLE degree (entity TEXT PRIMARY KEY, n INTEGER NOT NULL) WITHOUT ROWID;

-- `key` is `shown` without case, marks and punctuation, `joined` the same without spaces.
CREATE TABLE name (
    n INTEGER PRIMARY KEY, entity TEXT NOT NULL, shown TEXT NOT NULL, key TEXT NOT NULL,
    joined TEXT NOT NULL
);
CREATE INDEX name_entity ON name (entity);
CREATE INDEX name_key ON name (key);
CREATE VIRTUAL TABLE word USING fts5(
    key, joined, content='name', content_rowid='n', prefix='2 3',
    tokenize='unicode61 remove_diacritics 0'
);
CREATE VIRTUAL TABLE vocabulary USING fts5vocab('word', 'row');

CREATE TABLE total (kind TEXT, key TEXT, n INTEGER NOT NULL, PRIMARY KEY (kind, key)) WITHOUT ROWID;
"""


def _counts(table: str, kind: str, key: str) -> str:
    """Triggers that keep how many rows of `table` have each `key`, an expression over ROW."""
    return "".join(
        f"""
CREATE TRIGGER total_{kind}_{event} AFTER {event} ON {table} BEGIN
    INSERT INTO total VALUES ('{kind}', {key.replace("ROW", row)}, {step})
    ON CONFLICT DO UPDATE SET n = n + excluded.n;
END;"""
        for event, row, step in (("insert", "NEW", 1), ("delete", "OLD", -1))
    )


def _degrees(end: str) -> str:
    """Triggers that keep the degree of one end of statements."""
    return "".join(
        f"""
CREATE TRIGGER degree_{end}_{event} AFTER {event} ON statement WHEN {row}.{end} != ''{also} BEGIN
    INSERT INTO degree VALUES ({row}.{end}, {step}) ON CONFLICT DO UPDATE SET n = n + excluded.n;
END;"""
        for event, row, step in (("insert", "NEW", 1), ("delete", "OLD", -1))
        # A statement of an entity about itself counts once.
        for also in (f" AND {row}.subject != {row}.object" if end == "object" else "",)
    )


TRIGGERS: Final = (
    _counts("document", "document", "''")
    + _counts("document", "month", "substr(ROW.day, 1, 7)")
    + _counts("document", "publisher", "ROW.publisher")
    + _counts("evidence", "evidence", "ROW.modality")
    + _counts("statement", "predicate", "ROW.predicate")
    + _counts("statement", "modality", "ROW.modality")
    + _counts("entity", "type", "ROW.type")
    + _degrees("subject")
    + _degrees("object")
    + """
CREATE TRIGGER word_insert AFTER INSERT ON name BEGIN
    INSERT INTO word (rowid, key, joined) VALUES (NEW.n, NEW.key, NEW.joined);
END;
CREATE TRIGGER word_delete AFTER DELETE ON name BEGIN
    INSERT INTO word (word, rowid, key, joined) VALUES ('delete', OLD.n, OLD.key, OLD.joined);
END;
CREATE TRIGGER copied_update AFTER UPDATE OF original ON document BEGIN
    INSERT INTO total VALUES
        ('copied', NEW.publisher, (NEW.original != NEW.id) - (OLD.original != OLD.id))
    ON CONFLICT DO UPDATE SET n = n + excluded.n;
END;
CREATE TRIGGER copied_delete AFTER DELETE ON document WHEN OLD.original != OLD.id BEGIN
    INSERT INTO total VALUES ('copied', OLD.publisher, -1)
    ON CONFLICT DO UPDATE SET n = n + excluded.n;
END;
CREATE TRIGGER document_delete AFTER DELETE ON document BEGIN
    DELETE FROM print WHERE document = OLD.id;
END;
CREATE TRIGGER dated_delete AFTER DELETE ON evidence BEGIN
    DELETE FROM dated WHERE evidence = OLD.n;
END;
"""
)

DROP: Final = "".join(
    f"DROP TABLE IF EXISTS {table};\n"
    for table in (
        *("vocabulary", "word", "name", "total", "degree", "entity", "statement", "dated"),
        *("evidence", "document", "print", "copy"),  # the last one up to format 2
    )
)
