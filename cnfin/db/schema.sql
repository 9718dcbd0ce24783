-- The database that cnfin db writes. Offsets are code points in a document's text; money is in 万元.
-- Values are kept twice: as REAL to count with, and, where a sum need not be a double, as the digits stated.

CREATE TABLE inputs (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    key TEXT NOT NULL
);

CREATE TABLE failures (
    input INTEGER NOT NULL REFERENCES inputs ON DELETE CASCADE,
    doc TEXT NOT NULL,
    error TEXT NOT NULL,
    message TEXT NOT NULL
);
CREATE INDEX failures_input ON failures (input);

CREATE TABLE documents (
    id INTEGER PRIMARY KEY,
    input INTEGER NOT NULL REFERENCES inputs ON DELETE CASCADE,
    doc TEXT NOT NULL,
    unit TEXT, entity TEXT, province TEXT, city TEXT, county TEXT, region TEXT,
    fiscal_year INTEGER, kind TEXT,
    text TEXT NOT NULL
);
CREATE INDEX documents_input ON documents (input);
CREATE INDEX documents_doc ON documents (doc);
CREATE INDEX documents_unit ON documents (unit, fiscal_year);
CREATE INDEX documents_place ON documents (province, city, county, fiscal_year);

CREATE TABLE sections (
    id INTEGER PRIMARY KEY,
    document INTEGER NOT NULL REFERENCES documents ON DELETE CASCADE,
    parent INTEGER REFERENCES sections ON DELETE CASCADE,
    level INTEGER NOT NULL,
    title TEXT NOT NULL,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL
);
CREATE INDEX sections_document ON sections (document);
CREATE INDEX sections_parent ON sections (parent);

CREATE TABLE sentences (
    id INTEGER PRIMARY KEY,
    document INTEGER NOT NULL REFERENCES documents ON DELETE CASCADE,
    section INTEGER REFERENCES sections ON DELETE SET NULL,
    sent INTEGER NOT NULL,
    page INTEGER,
    heading INTEGER NOT NULL,
    in_table INTEGER NOT NULL,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL,
    text TEXT NOT NULL
);
CREATE INDEX sentences_document ON sentences (document, sent);
CREATE INDEX sentences_section ON sentences (section);

CREATE TABLE roles (
    sentence INTEGER NOT NULL REFERENCES sentences ON DELETE CASCADE,
    role TEXT NOT NULL,
    score REAL,
    PRIMARY KEY (sentence, role)
) WITHOUT ROWID;
CREATE INDEX roles_role ON roles (role, sentence);

CREATE TABLE spans (
    id INTEGER PRIMARY KEY,
    sentence INTEGER NOT NULL REFERENCES sentences ON DELETE CASCADE,
    label TEXT NOT NULL,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL,
    text TEXT NOT NULL,
    name TEXT, code TEXT, scheme TEXT,
    value REAL, value_unit TEXT
);
CREATE INDEX spans_sentence ON spans (sentence);
CREATE INDEX spans_code ON spans (code) WHERE code IS NOT NULL;
CREATE INDEX spans_name ON spans (name) WHERE name IS NOT NULL;

CREATE TABLE facts (
    id INTEGER PRIMARY KEY,
    sentence INTEGER NOT NULL REFERENCES sentences ON DELETE CASCADE,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL,
    subject TEXT, code TEXT, scheme TEXT,
    measure TEXT NOT NULL,
    year INTEGER,
    value REAL NOT NULL, value_text TEXT NOT NULL, value_unit TEXT NOT NULL,
    base TEXT, flow TEXT, funds TEXT, division TEXT, owner TEXT, "table" TEXT
);
CREATE INDEX facts_sentence ON facts (sentence);
CREATE INDEX facts_subject ON facts (subject, measure, year);
CREATE INDEX facts_code ON facts (code, measure, year) WHERE code IS NOT NULL;

CREATE TABLE cells (
    id INTEGER PRIMARY KEY,
    document INTEGER NOT NULL REFERENCES documents ON DELETE CASCADE,
    year INTEGER,
    flow TEXT, line TEXT NOT NULL, code TEXT, level TEXT, scheme TEXT,
    funds TEXT, division TEXT, owner TEXT,
    measure TEXT NOT NULL,
    value REAL NOT NULL, value_text TEXT NOT NULL, value_unit TEXT NOT NULL,
    status TEXT NOT NULL, stated INTEGER NOT NULL, support INTEGER NOT NULL
);
CREATE INDEX cells_document ON cells (document);
CREATE INDEX cells_line ON cells (line, measure, year);
CREATE INDEX cells_code ON cells (code, measure, year) WHERE code IS NOT NULL;
CREATE INDEX cells_level ON cells (level, measure, year);
CREATE INDEX cells_scheme ON cells (scheme, measure, year);

CREATE TABLE sources (
    cell INTEGER NOT NULL REFERENCES cells ON DELETE CASCADE,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL,
    page INTEGER, "table" TEXT, text TEXT NOT NULL, value REAL NOT NULL
);
CREATE INDEX sources_cell ON sources (cell);

CREATE TABLE findings (
    id INTEGER PRIMARY KEY,
    document INTEGER NOT NULL REFERENCES documents ON DELETE CASCADE,
    sentence INTEGER REFERENCES sentences ON DELETE SET NULL,
    "check" TEXT NOT NULL,
    severity TEXT NOT NULL,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL,
    text TEXT NOT NULL,
    stated REAL, expected REAL, tolerance REAL,
    note TEXT NOT NULL,
    subject TEXT, code TEXT, measure TEXT, year INTEGER, flow TEXT, funds TEXT, division TEXT, owner TEXT
);
CREATE INDEX findings_document ON findings (document);
CREATE INDEX findings_sentence ON findings (sentence);
CREATE INDEX findings_check ON findings ("check", severity);

CREATE TABLE evidence (
    finding INTEGER NOT NULL REFERENCES findings ON DELETE CASCADE,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL,
    text TEXT NOT NULL
);
CREATE INDEX evidence_finding ON evidence (finding);

-- Full text of the sentences, by three characters at a time: Chinese words need no cutting.
CREATE VIRTUAL TABLE sentences_text USING fts5 (text, content = 'sentences', content_rowid = 'id', tokenize = 'trigram');
CREATE TRIGGER sentences_in AFTER INSERT ON sentences BEGIN
    INSERT INTO sentences_text (rowid, text) VALUES (new.id, new.text);
END;
CREATE TRIGGER sentences_out AFTER DELETE ON sentences BEGIN
    INSERT INTO sentences_text (sentences_text, rowid, text) VALUES ('delete', old.id, old.text);
END;

-- Views for the usual questions.
CREATE VIEW sangong AS
SELECT d.unit, d.entity, d.province, d.city, d.county, c.year, c.line, c.measure, c.value, c.status, c.support, d.doc
FROM cells c JOIN documents d ON d.id = c.document
WHERE c.scheme = '三公经费' AND c.owner IS NULL AND c.measure <> '数量';

CREATE VIEW by_kuan AS
SELECT d.unit, d.entity, d.province, d.city, d.county, c.year, c.code, c.line, c.funds, c.measure, c.value, c.status, d.doc
FROM cells c JOIN documents d ON d.id = c.document
WHERE c.level = '款' AND c.flow = '支出' AND c.division IS NULL AND c.owner IS NULL;

CREATE VIEW totals AS
SELECT d.unit, d.entity, d.province, d.city, d.county, c.year, c.flow, c.line, c.funds, c.division, c.measure, c.value,
    c.status, d.doc
FROM cells c JOIN documents d ON d.id = c.document
WHERE c.level IN ('合计', '总计') AND c.owner IS NULL;

CREATE VIEW problems AS
SELECT d.unit, d.province, d.city, d.county, d.fiscal_year, r.role, r.score, s.text, s.page, d.doc, s.sent
FROM roles r JOIN sentences s ON s.id = r.sentence JOIN documents d ON d.id = s.document
WHERE r.role IN ('问题', '改进措施');

CREATE VIEW reasons AS
SELECT d.unit, d.province, d.city, d.county, d.fiscal_year, r.score, s.text, s.page, d.doc, s.sent
FROM roles r JOIN sentences s ON s.id = r.sentence JOIN documents d ON d.id = s.document
WHERE r.role = '原因说明';

CREATE VIEW findings_by_check AS
SELECT f."check", f.severity, count(*) AS findings, count(DISTINCT f.document) AS documents
FROM findings f GROUP BY 1, 2;
